import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDdaiClient, type SyncRun } from '@ddai/sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { queryDatabase } from './support/query-database.ts';
import { startTestGateway, type TestGateway, type TestTenant } from './support/test-gateway.ts';

interface Page {
  text: string;
  etag?: string;
  status?: number;
}

let gateway: TestGateway;
let bank: TestTenant;
let site: Server;
let origin: string;
let source: string;
let pages: Map<string, Page>;
/** Paths that were asked for, and whether the server said that nothing changed. */
let asked: { path: string; unchanged: boolean }[];
let sitemapStatus = 200;
/** Answers wait for it, from so many pages on. */
let gate: Promise<void> | undefined;
let gateFrom = 0;

beforeAll(async () => {
  site = createServer((request, response) => {
    const path = (request.url ?? '/').slice(1);
    if (path === 'sitemap.xml') {
      const urls = [...pages.keys()].map((name) => `<url><loc>${origin}/${name}</loc></url>`);
      response.writeHead(sitemapStatus).end(`<urlset>${urls.join('')}</urlset>`);
      return;
    }
    const page = pages.get(path);
    const unchanged = page?.etag !== undefined && request.headers['if-none-match'] === page.etag;
    asked.push({ path, unchanged });
    const answer = (): void => {
      if (unchanged) response.writeHead(304).end();
      else if (page === undefined) response.writeHead(404).end();
      else
        response
          .writeHead(page.status ?? 200, page.etag === undefined ? {} : { etag: page.etag })
          .end(page.text);
    };
    if (asked.length > gateFrom) void Promise.resolve(gate).then(answer);
    else answer();
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  gateway = await startTestGateway({ isAllowedAddress: (address) => address === '127.0.0.1' });
  bank = await gateway.addTenant('bank');
});
afterAll(async () => {
  site.closeAllConnections();
  site.close();
  await gateway.stop();
});

const client = () => createDdaiClient({ baseUrl: gateway.url(), apiKey: bank.apiKey });
const page = (about: string): Page => ({
  text: `<!doctype html><h1>${about}</h1><p>All that there is to know about ${about} is here.</p>`,
  etag: `"${about}"`,
});
let sources = 0;
beforeEach(async () => {
  pages = new Map(['cards', 'limits', 'fees'].map((name) => [name, page(name)]));
  asked = [];
  sitemapStatus = 200;
  gate = undefined;
  gateFrom = 0;
  source = (await client().createKnowledgeSource(`site-${sources++}`)).id;
});

const set = (everyMinutes: number | null = null) =>
  client().setKnowledgeSync(source, { sitemap: `${origin}/sitemap.xml`, everyMinutes });
const until = async <T>(read: () => Promise<T | undefined>): Promise<T> => {
  for (let tries = 0; tries < 600; tries++) {
    const value = await read();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it did not come');
};
const ended = (id: string): Promise<SyncRun> =>
  until(async () => {
    const run = await client().readSyncRun(source, id);
    return run.endedAt === null ? undefined : run;
  });
const sync = async (): Promise<SyncRun> => ended((await client().startSyncRun(source)).id);
const paths = async (): Promise<string[]> =>
  (await client().listFiles(source)).map(({ path }) => path);

describe('a sync', () => {
  it('takes in what the sitemap names, then only what changed, and removes what is gone', async () => {
    await set();
    expect(await sync()).toMatchObject({ state: 'completed', pages: 3, added: 3, refused: 0 });
    expect(await paths()).toEqual(['cards', 'fees', 'limits']);

    asked = [];
    pages.set('cards', { ...page('cards, new'), etag: '"new"' });
    pages.delete('fees');
    pages.set('offices', { ...page('offices'), etag: undefined as never });
    expect(await sync()).toMatchObject({
      state: 'completed',
      pages: 3,
      added: 1,
      changed: 1,
      unchanged: 1,
      removed: 1,
    });
    expect(await paths()).toEqual(['cards', 'limits', 'offices']);
    expect(asked.filter(({ unchanged }) => unchanged).map(({ path }) => path)).toEqual(['limits']);

    expect(await sync()).toMatchObject({ added: 0, changed: 0, unchanged: 3, removed: 0 });
    expect((await client().listSyncRuns(source)).map(({ added }) => added)).toEqual([0, 1, 3]);
  });

  it('says of each page that it did not take in why, and keeps its older version', async () => {
    await set();
    await sync();
    pages.set('cards', { text: 'broken', status: 500 });
    pages.set('empty', { text: '' });
    const { id } = await sync();
    const run = await client().readSyncRun(source, id);
    expect(run).toMatchObject({ state: 'completed', refused: 2, removed: 0 });
    expect(run.problems.map(({ path, code }) => ({ path, code }))).toEqual([
      { path: 'cards', code: 'PAGE_UNREACHABLE' },
      { path: 'empty', code: 'DOCUMENT_EMPTY' },
    ]);
    expect(await paths()).toEqual(['cards', 'fees', 'limits']);
  });

  it('removes nothing when the site is down or its sitemap is empty', async () => {
    await set();
    await sync();
    sitemapStatus = 503;
    expect(await sync()).toMatchObject({ state: 'failed', failure: { code: 'PAGE_UNREACHABLE' } });
    sitemapStatus = 200;
    pages.clear();
    expect(await sync()).toMatchObject({ state: 'failed', failure: { code: 'SITEMAP_EMPTY' } });
    for (let number = 0; number < 60; number++)
      pages.set(`down-${number}`, { text: '', status: 502 });
    const run = await sync();
    expect(run).toMatchObject({ state: 'failed', failure: { code: 'PAGE_UNREACHABLE' } });
    expect(asked.filter(({ path }) => path.startsWith('down-')).length).toBeLessThan(30);
    expect(await paths()).toEqual(['cards', 'fees', 'limits']);
  });

  it('leaves pages that were put by hand, and fetches one anew that was changed by hand', async () => {
    await set();
    await client().putFile(source, 'by-hand.md', Buffer.from('# By hand\n\nKept by us.\n'));
    await sync();
    await client().putFile(source, 'cards', Buffer.from('# Cards\n\nChanged by hand.\n'));
    expect(await sync()).toMatchObject({ changed: 1, unchanged: 2, removed: 0 });
    expect(await paths()).toContain('by-hand.md');
  });

  it('is refused without a sitemap, with a bad one, and while one is under way', async () => {
    await expect(client().startSyncRun(source)).rejects.toMatchObject({ code: 'SYNC_NOT_SET' });
    await expect(
      client().setKnowledgeSync(source, { sitemap: 'file:///etc/passwd', everyMinutes: null }),
    ).rejects.toMatchObject({ code: 'URL_INVALID' });
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    await set();
    const { id } = await client().startSyncRun(source, 'once');
    expect((await client().startSyncRun(source, 'once')).id).toBe(id);
    await expect(client().startSyncRun(source)).rejects.toMatchObject({ code: 'SYNC_UNDER_WAY' });
    open();
    expect(await ended(id)).toMatchObject({ state: 'completed', added: 3 });
  });

  it('asks no address that is not allowed, though a sitemap leads there', async () => {
    await client().setKnowledgeSync(source, {
      sitemap: 'http://169.254.169.254/sitemap.xml',
      everyMinutes: null,
    });
    expect(await sync()).toMatchObject({
      state: 'failed',
      failure: { code: 'ADDRESS_NOT_PUBLIC' },
    });
  });

  it('of another tenant is not seen', async () => {
    const other = await gateway.addTenant('other');
    await set();
    const { id } = await sync();
    await expect(other.client.readSyncRun(source, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(other.client.startSyncRun(source)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a schedule', () => {
  it('syncs at once and again when its time has come, once over several gateways', async () => {
    const another = await gateway.openAnother();
    await set(60);
    const first = await until(async () => (await client().listSyncRuns(source))[0]);
    expect(await ended(first.id)).toMatchObject({ cause: 'schedule', added: 3 });
    await queryDatabase(
      gateway.databaseUrl,
      "UPDATE knowledge_syncs SET next_at = now() - interval '1 second' WHERE next_at IS NOT NULL",
    );
    const second = await until(async () => {
      const [newest] = await client().listSyncRuns(source);
      return newest?.id === first.id ? undefined : newest;
    });
    expect(await ended(second.id)).toMatchObject({ unchanged: 3, added: 0 });
    expect(await client().listSyncRuns(source)).toHaveLength(2);
    expect(asked).toHaveLength(6);
    await client().setKnowledgeSync(source, null);
    await another.close();
  });
});

describe('a gateway that ends in a sync', () => {
  const startSlowly = async (): Promise<{ id: string; open: () => void }> => {
    for (let number = 0; number < 12; number++) pages.set(`page-${number}`, page(`page ${number}`));
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    gateFrom = 6;
    await set();
    const { id } = await client().startSyncRun(source);
    await until(async () => ((await client().readSyncRun(source, id)).added > 3 ? 1 : undefined));
    return { id, open };
  };

  it('in order lets the next go on at once, and no page counts twice', async () => {
    const { id, open } = await startSlowly();
    setTimeout(open, 200);
    await gateway.restart();
    expect(await ended(id)).toMatchObject({
      state: 'completed',
      pages: 15,
      added: 15,
      unchanged: 0,
    });
  });

  it('without a word loses its lease: another goes on, and what the first still writes is undone', async () => {
    const { id, open } = await startSlowly();
    const uuid = `replace(id::text, '-', '') = '${id.slice('sync_'.length)}'`;
    // As if the holder had died: another has the run now.
    await queryDatabase(
      gateway.databaseUrl,
      `UPDATE knowledge_sync_runs SET leased_by = gen_random_uuid(), leased_until = now() WHERE ${uuid}`,
    );
    open();
    const run = await ended(id);
    expect(run).toMatchObject({ state: 'completed', pages: 15, added: 15, unchanged: 0 });
    const [row] = await queryDatabase(
      gateway.databaseUrl,
      `SELECT attempts FROM knowledge_sync_runs WHERE ${uuid}`,
    );
    expect(row?.attempts).toBe(2);
  });

  it('five times is not given the run again', async () => {
    const { id, open } = await startSlowly();
    await queryDatabase(
      gateway.databaseUrl,
      `UPDATE knowledge_sync_runs SET leased_by = gen_random_uuid(), leased_until = now(), attempts = 5
       WHERE replace(id::text, '-', '') = '${id.slice('sync_'.length)}'`,
    );
    open();
    expect(await ended(id)).toMatchObject({ state: 'failed', failure: { code: 'SYNC_ABANDONED' } });
  });
});
