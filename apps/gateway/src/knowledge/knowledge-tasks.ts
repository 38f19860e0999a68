/** What the knowledge threads do: a module of plain functions that tinypool calls by name. */
import { createHash } from 'node:crypto';
import {
  createKnowledgeIndex,
  DEFAULT_SHARD_LIMITS,
  encodeShard,
  indexSnapshotPieces,
  ingestKnowledge,
  type KnowledgeDocument,
  type KnowledgeSource,
  type PageReport,
} from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { writeFileDurably } from '@ddai/storage';
import { createContentStore } from '../content/content-store.ts';
import { connectDatabase, type Transaction } from '../database/database.ts';
import { createKnowledgeShards } from './knowledge-shards.ts';
import { readPages } from './read-pages.ts';
import { readRevision } from './read-revision.ts';
import { createSnapshotStore } from './snapshot-store.ts';

/** An error class does not survive the way between threads; what it says does. */
export type Outcome<T> =
  | { readonly value: T }
  | {
      readonly failure: {
        readonly code: string;
        readonly message: string;
        readonly remedy?: string;
      };
    };

export interface ParsedPages {
  /** One for each page, in the order given. */
  readonly reports: readonly PageReport[];
  /** Titles of the pages that are kept, by id. */
  readonly titles: ReadonlyMap<string, string>;
}

/** Everything that building one tenant's knowledge needs; the thread has connections of its own. */
export interface BuildRequest {
  readonly databaseUrl: string;
  readonly tenantId: string;
  /** Of the content store. */
  readonly contentDirectory: string;
  /** Of the snapshot store. */
  readonly snapshotDirectory: string;
}

export function parsePages(pages: readonly KnowledgeSource[]): Outcome<ParsedPages> {
  return attempt(() => {
    const { documents, reports } = ingestKnowledge(pages);
    return { reports, titles: new Map(documents.map(({ id, title }) => [id, title])) };
  });
}

/**
 * Reads a tenant's pages as of one moment, indexes them, and writes index and shard to their files: in
 * this thread, so that the one that answers never holds them all beside what it serves.
 */
export async function buildKnowledge(request: BuildRequest): Promise<Outcome<null>> {
  const { databaseUrl, tenantId, contentDirectory, snapshotDirectory } = request;
  const database = connectDatabase({ url: databaseUrl, connections: 1 });
  try {
    const { revision, pages } = await database.asTenant(
      tenantId,
      async (tx) => ({ revision: await readRevision(tx), pages: await readPages(tx) }),
      { isSnapshot: true },
    );
    const { documents } = ingestKnowledge(pages);
    pages.length = 0; // Copies among them need not wait for the index.
    const shard = shardOf(documents);
    const sha256 = shard && createHash('sha256').update(shard).digest('hex');
    if (shard !== undefined && sha256 !== undefined) {
      const isCurrent = async (tx: Transaction): Promise<boolean> =>
        (await readRevision(tx)) === revision;
      const write = () => createContentStore(contentDirectory).put(shard);
      await createKnowledgeShards(database).register(tenantId, { sha256, isCurrent, write });
    }
    const index = createKnowledgeIndex(documents);
    const path = createSnapshotStore(snapshotDirectory).pathOf(tenantId, revision, sha256);
    writeFileDurably(path, indexSnapshotPieces(index));
    return { value: null };
  } catch (error) {
    return failureOf(error);
  } finally {
    await database.close();
  }
}

/** Undefined for pages that are more than a node takes. */
function shardOf(documents: readonly KnowledgeDocument[]): Uint8Array | undefined {
  const { bytes: mostBytes, documents: mostDocuments } = DEFAULT_SHARD_LIMITS;
  const characters = documents.reduce((sum, { text }) => sum + text.length, 0);
  if (documents.length > mostDocuments || characters > mostBytes) return undefined;
  const shard = encodeShard(documents);
  return shard.length > mostBytes ? undefined : shard;
}

function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    return failureOf(error);
  }
}

function failureOf(error: unknown): Outcome<never> {
  if (!(error instanceof DdaiError)) throw error;
  return { failure: { code: error.code, message: error.message } };
}
