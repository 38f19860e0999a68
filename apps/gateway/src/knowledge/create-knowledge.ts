import { join } from 'node:path';
import type { Logger } from '@ddai/core';
import { createContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';
import { createKnowledgeSyncs, type KnowledgeSyncs } from '../sync/knowledge-syncs.ts';
import { createSyncRunner } from '../sync/sync-runner.ts';
import { createDocumentReaders } from './document-readers.ts';
import { createKnowledgeFiles, type KnowledgeFiles } from './knowledge-files.ts';
import { createKnowledgeSources, type KnowledgeSources } from './knowledge-sources.ts';
import { createKnowledgeThreads } from './knowledge-threads.ts';
import { createKnowledgeOpener } from './open-knowledge.ts';
import { createShardEraser } from './shard-eraser.ts';
import { createSnapshotStore } from './snapshot-store.ts';
import { createTenantKnowledge, type TenantKnowledge } from './tenant-knowledge.ts';

export interface KnowledgeOptions {
  /** The gateway's own folder. */
  readonly directory: string;
  /** For threads, which have connections of their own. */
  readonly databaseUrl: string;
}

export interface KnowledgeDependencies {
  readonly database: Database;
  readonly nodes: NodeDirectory;
  /** Which addresses of the internet syncs may ask. */
  readonly isAllowedAddress: (address: string) => boolean;
  readonly logger: Logger;
}

/** Everything about pages: taking them in, answering from them, erasing them. */
export interface Knowledge {
  readonly tenants: TenantKnowledge;
  readonly sources: KnowledgeSources;
  readonly files: KnowledgeFiles;
  readonly syncs: KnowledgeSyncs;
  readonly eraseShards: () => Promise<void>;
  /** Erases what is left to erase, files and memory. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** Puts the parts together and goes on with what an earlier run left. */
export async function createKnowledge(
  { directory, databaseUrl }: KnowledgeOptions,
  { database, nodes, isAllowedAddress, logger }: KnowledgeDependencies,
): Promise<Knowledge> {
  const contentDirectory = join(directory, 'content');
  const snapshotDirectory = join(directory, 'indexes');
  const content = createContentStore(contentDirectory);
  const snapshots = createSnapshotStore(snapshotDirectory);
  const threads = createKnowledgeThreads();
  const readers = createDocumentReaders();
  const eraseShards = createShardEraser({ database, content, directory: nodes, logger });
  const tenants = createTenantKnowledge({
    database,
    snapshots,
    open: createKnowledgeOpener({
      database,
      content,
      snapshots,
      build: (tenantId) =>
        threads.build({ databaseUrl, tenantId, contentDirectory, snapshotDirectory }),
    }),
    onChange: () => void eraseShards(),
    logger,
  });
  const files = createKnowledgeFiles({ database, readers, threads, knowledge: tenants });
  const syncRunner = createSyncRunner({ database, files, isAllowedAddress, logger });
  nodes.on('joined', () => void eraseShards());
  void eraseShards();
  await tenants.dropOutdated();
  return {
    tenants,
    sources: createKnowledgeSources({ database, threads, knowledge: tenants }),
    files,
    syncs: createKnowledgeSyncs(database, syncRunner.poll),
    eraseShards,
    async sweep() {
      await Promise.all([eraseShards(), tenants.dropOutdated()]);
    },
    async close() {
      await syncRunner.stop();
      tenants.close();
      await Promise.all([threads.close(), readers.close()]);
    },
  };
}
