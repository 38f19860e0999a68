import { silentLogger } from '@ddai/core';
import { createTemporaryDirectory, startTestDatabase, type TestDatabase } from '@ddai/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ContentStore, createContentStore } from '../src/content/content-store.ts';
import { connectDatabase, type Database } from '../src/database/database.ts';
import { createUuid } from '../src/database/ids.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import {
  createKnowledgeShards,
  type KnowledgeShards,
  retireShards,
} from '../src/knowledge/knowledge-shards.ts';
import { createShardEraser } from '../src/knowledge/shard-eraser.ts';
import { NodeDirectory } from '../src/nodes/node-directory.ts';

const PAGES = new TextEncoder().encode('all pages of a tenant');

let server: TestDatabase;
let database: Database;
let shards: KnowledgeShards;
let content: ContentStore;
let erase: () => Promise<void>;
let sha256: string;
const folder = createTemporaryDirectory();

beforeAll(async () => {
  server = await startTestDatabase();
  await migrateDatabase(server.url);
  database = connectDatabase({ url: server.url });
  shards = createKnowledgeShards(database);
  content = createContentStore(folder.path);
  sha256 = await content.put(PAGES);
  await content.remove(sha256);
  const directory = new NodeDirectory();
  erase = createShardEraser({ database, content, directory, logger: silentLogger });
});
afterAll(async () => {
  await database.close();
  await server.stop();
  folder.remove();
});

const retire = (tenantId: string) =>
  database.asTenant(tenantId, (tx) => retireShards(tx, tenantId));
const current = async () => true;
const write = () => content.put(PAGES);

it('a shard that is being written while its pages are deleted is erased, not left behind', async () => {
  const tenantId = createUuid();
  let deleting: Promise<void> | undefined;

  await shards.register(tenantId, {
    sha256,
    isCurrent: current,
    write: async () => {
      deleting = retire(tenantId).then(erase);
      await new Promise((resolve) => setTimeout(resolve, 200));
      await write();
    },
  });
  await deleting;

  expect(await content.has(sha256)).toBe(false);
  expect(await shards.listErasures(tenantId)).toMatchObject([{ erasedAt: expect.any(String) }]);
});

it('a shard of pages that were deleted before it was noted is never written', async () => {
  const tenantId = createUuid();

  await shards.register(tenantId, { sha256, isCurrent: async () => false, write });
  await erase();

  expect(await content.has(sha256)).toBe(false);
});

it('a tenant’s shard stays when another one with the very same pages deletes them meanwhile', async () => {
  const [tenantId, twin] = [createUuid(), createUuid()];
  await shards.register(tenantId, { sha256, isCurrent: current, write });
  await retire(tenantId);

  await Promise.all([shards.register(twin, { sha256, isCurrent: current, write }), erase()]);

  expect(await content.has(sha256)).toBe(true);
});
