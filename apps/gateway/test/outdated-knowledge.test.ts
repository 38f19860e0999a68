import { join } from 'node:path';
import { silentLogger } from '@ddai/core';
import { createTemporaryDirectory, startTestDatabase } from '@ddai/testkit';
import { expect, it, onTestFinished } from 'vitest';
import { createContentStore } from '../src/content/content-store.ts';
import { connectDatabase } from '../src/database/database.ts';
import { createUuid } from '../src/database/ids.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { createKnowledgeSources } from '../src/knowledge/knowledge-sources.ts';
import { createKnowledgeThreads } from '../src/knowledge/knowledge-threads.ts';
import { createKnowledgeOpener, type OpenedKnowledge } from '../src/knowledge/open-knowledge.ts';
import { createSnapshotStore } from '../src/knowledge/snapshot-store.ts';
import { createTenantKnowledge } from '../src/knowledge/tenant-knowledge.ts';

const CARDS = { path: 'cards.md', content: '# Cards\n\nA replacement card costs 8 zlotys.\n' };
const LIMITS = { path: 'limits.md', content: '# Limits\n\nThe card limit is 10,000 euros.\n' };

it('an index of before does not know a page that was deleted and put there anew', async () => {
  const server = await startTestDatabase();
  await migrateDatabase(server.url);
  const database = connectDatabase({ url: server.url });
  const folder = createTemporaryDirectory();
  const threads = createKnowledgeThreads();
  onTestFinished(async () => {
    await threads.close();
    await database.close();
    await server.stop();
    folder.remove();
  });
  const contentDirectory = join(folder.path, 'content');
  const snapshotDirectory = join(folder.path, 'indexes');
  const snapshots = createSnapshotStore(snapshotDirectory);
  const opener = createKnowledgeOpener({
    database,
    content: createContentStore(contentDirectory),
    snapshots,
    build: (tenantId) =>
      threads.build({ databaseUrl: server.url, tenantId, contentDirectory, snapshotDirectory }),
  });
  const opened: Promise<OpenedKnowledge>[] = [];
  const knowledge = createTenantKnowledge({
    database,
    snapshots,
    logger: silentLogger,
    // The first one is built; the second takes longer than anybody waits.
    open: (tenantId) => {
      opened.push(opened.length === 0 ? opener(tenantId) : new Promise(() => undefined));
      return opened.at(-1) as Promise<OpenedKnowledge>;
    },
    onChange: () => undefined,
  });
  const sources = createKnowledgeSources({ database, threads, knowledge });
  const tenantId = createUuid();
  const source = await sources.create(tenantId, { id: createUuid(), name: 'help' });
  await sources.replacePages(tenantId, source.id, [CARDS, LIMITS]);
  const before = await knowledge.load(tenantId);

  await sources.replacePages(tenantId, source.id, [LIMITS]);
  await sources.replacePages(tenantId, source.id, [
    { ...CARDS, content: '# Cards\n\nNone.\n' },
    LIMITS,
  ]);
  const meanwhile = await knowledge.load(tenantId);
  knowledge.close();

  const found = ({ retriever }: typeof before) =>
    retriever.retrieve('What does a card cost, and its limit?').map(({ documentId }) => documentId);
  expect(found(before)).toContain('help/cards.md');
  expect(found(meanwhile)).toEqual(['help/limits.md']);
}, 30_000);
