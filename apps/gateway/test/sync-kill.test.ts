import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startTestDatabase, type TestDatabase } from '@ddai/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase, type Database } from '../src/database/database.ts';
import { createUuid, uuidToId } from '../src/database/ids.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { knowledgeSources } from '../src/database/schema/knowledge.ts';
import { createKnowledgeSyncs, type SyncRunView } from '../src/sync/knowledge-syncs.ts';
import { queryDatabase } from './support/query-database.ts';

const RUNNER = fileURLToPath(new URL('support/run-syncs.ts', import.meta.url));
const PAGES = 40;
const KILLS = 3;

let postgres: TestDatabase;
let database: Database;
let site: Server;
let asked = 0;
/** The site is slow enough that a kill falls between pages, or in the middle of one. */
const ANSWER_MILLISECONDS = 15;

beforeAll(async () => {
  postgres = await startTestDatabase();
  await migrateDatabase(postgres.url);
  database = connectDatabase({ url: postgres.url });
  site = createServer((request, response) => {
    const origin = `http://${request.headers.host}`;
    if (request.url === '/sitemap.xml') {
      const urls = Array.from(
        { length: PAGES },
        (_, at) => `<url><loc>${origin}/p${at}</loc></url>`,
      );
      response.end(`<urlset>${urls.join('')}</urlset>`);
      return;
    }
    asked += 1;
    void delay(ANSWER_MILLISECONDS).then(() =>
      response.end(
        `<!doctype html><h1>Page ${request.url}</h1><p>What page ${request.url} says.</p>`,
      ),
    );
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await database.close();
  await postgres.stop();
});

it('counts and writes every page once, though its process is killed again and again', async () => {
  const tenantId = createUuid();
  const source = createUuid();
  await database.asTenant(tenantId, (tx) =>
    tx.insert(knowledgeSources).values({ id: source, tenantId, name: 'site' }),
  );
  const sourceId = uuidToId('source', source);
  const syncs = createKnowledgeSyncs(database, () => undefined);
  const { port } = site.address() as AddressInfo;
  const sitemap = `http://127.0.0.1:${port}/sitemap.xml`;
  await syncs.set(tenantId, sourceId, { sitemap, everyMinutes: null });
  const { id } = await syncs.start(tenantId, sourceId, createUuid());
  const read = (): Promise<SyncRunView> => syncs.readRun(tenantId, sourceId, id);

  let before = 0;
  for (let life = 0; life <= KILLS; life++) {
    const process_ = spawn(process.execPath, ['--conditions=@ddai/source', RUNNER, postgres.url], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const exited = once(process_, 'exit');
    for (;;) {
      const { added, endedAt } = await read();
      if (endedAt !== null || (life < KILLS && added >= before + 5)) break;
      await delay(5);
    }
    process_.kill('SIGKILL');
    await exited;
    const { added } = await read();
    expect(added).toBeGreaterThan(before);
    before = added;
    // The time passes in which a gateway may come back.
    await queryDatabase(
      postgres.url,
      "UPDATE knowledge_sync_runs SET leased_until = now() WHERE state = 'running'",
    );
  }

  expect(await read()).toMatchObject({
    state: 'completed',
    pages: PAGES,
    added: PAGES,
    unchanged: 0,
  });
  const [row] = await queryDatabase(
    postgres.url,
    'SELECT (SELECT count(*)::int FROM knowledge_documents) AS documents, attempts FROM knowledge_sync_runs',
  );
  expect(row).toEqual({ documents: PAGES, attempts: KILLS + 1 });
  // Only pages that were under way at a kill are asked for again.
  expect(asked).toBeLessThanOrEqual(PAGES + KILLS * 4);
}, 120_000);
