import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryDirectory, startTestDatabase, type TestDatabase } from '@ddai/testkit';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '../src/database/database.ts';
import { createUuid } from '../src/database/ids.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { idempotencyRecords } from '../src/database/schema/tenants.ts';
import { workRequests } from '../src/database/schema/work.ts';
import { idempotent } from '../src/http/idempotent.ts';

const MIGRATIONS = fileURLToPath(new URL('../drizzle', import.meta.url));
const folder = createTemporaryDirectory();
const tenantId = createUuid();
let server: TestDatabase;

interface Journal {
  readonly entries: readonly { readonly tag: string }[];
}

/** The migrations as they were when `last` was the newest. */
function migrationsUntil(last: string): string {
  const directory = join(folder.path, last);
  cpSync(MIGRATIONS, directory, { recursive: true });
  const path = join(directory, 'meta', '_journal.json');
  const journal = JSON.parse(readFileSync(path, 'utf8')) as Journal;
  const end = journal.entries.findIndex(({ tag }) => tag === last) + 1;
  writeFileSync(path, JSON.stringify({ ...journal, entries: journal.entries.slice(0, end) }));
  return directory;
}

beforeAll(async () => {
  server = await startTestDatabase();
  await migrateDatabase(server.url, migrationsUntil('0001_security'));
});
afterAll(async () => {
  await server.stop();
  folder.remove();
});

it('a database of the first version keeps its rows and serves the newest gateway', async () => {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(
    `INSERT INTO tenants (tenant_id, name, payer) VALUES ('${tenantId}', 'bank', '0x1');
     INSERT INTO idempotency_records (tenant_id, key, fingerprint, status, response)
       VALUES ('${tenantId}', 'done', 'f', 200, '{"old":true}'), ('${tenantId}', 'under way', 'f', NULL, NULL);
     INSERT INTO work_requests (id, tenant_id, completion_id, request_id, node, state)
       VALUES ('${createUuid()}', '${tenantId}', '${createUuid()}', '0x2', '0x3', 'sent')`,
  );
  await client.end();

  await migrateDatabase(server.url);

  const database = connectDatabase({ url: server.url });
  const { records, requests } = await database.asTenant(tenantId, async (tx) => ({
    records: await tx.select().from(idempotencyRecords).orderBy(idempotencyRecords.key),
    requests: await tx.select().from(workRequests),
  }));
  const again = idempotent(
    database,
    { tenantId, key: 'under way', route: 'POST /', request: {} },
    async () => ({ status: 200, body: {} }),
  );
  await expect(again).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  await database.close();

  expect(records).toMatchObject([
    { key: 'done', status: 200, response: { old: true } },
    { key: 'under way', status: null, startedAt: expect.any(Date) },
  ]);
  expect(requests).toMatchObject([{ state: 'sent', price: '0' }]);
});
