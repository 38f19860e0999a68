import {
  type AnswerEngine,
  createAnswerEngine,
  createRetriever,
  decodeIndexSnapshot,
  type KnowledgeIndex,
  type Retriever,
} from '@ddai/assistant';
import { DdaiError, isDdaiError } from '@ddai/core';
import type { ContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import { createUuid } from '../database/ids.ts';
import { readRevision } from './read-revision.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/** Everything a tenant knows, ready to answer. */
export interface LoadedKnowledge {
  /** What the pages are at. */
  readonly revision: string;
  /** SHA-256 of the shard that nodes fetch; undefined where the pages are more than one takes. */
  readonly shard: string | undefined;
  readonly index: KnowledgeIndex;
  readonly retriever: Retriever;
  readonly engine: AnswerEngine;
}

export interface OpenedKnowledge {
  /** A UUID that sorts after those of its pages: a page with a later one was put there since. */
  readonly openedAs: string;
  readonly knowledge: LoadedKnowledge;
}

export interface OpenKnowledgeDependencies {
  readonly database: Database;
  readonly content: ContentStore;
  readonly snapshots: SnapshotStore;
  /** Writes a tenant's index to its file. */
  readonly build: (tenantId: string) => Promise<void>;
}

/** Pages that change during so many builds change faster than they can be read. */
const MOST_BUILDS = 5;

/**
 * A tenant's knowledge at its newest revision: from its file, or built first. A damaged file is
 * built again.
 * @throws {DdaiError} `KNOWLEDGE_CHANGING`, and what building throws
 */
export function createKnowledgeOpener(
  dependencies: OpenKnowledgeDependencies,
): (tenantId: string) => Promise<OpenedKnowledge> {
  const { database, content, snapshots, build } = dependencies;

  const openStored = async (
    tenantId: string,
    revision: string,
  ): Promise<LoadedKnowledge | undefined> => {
    const stored = await snapshots.find(tenantId, revision);
    if (stored === undefined) return undefined;
    if (stored.shard !== undefined && !(await content.has(stored.shard))) return undefined;
    try {
      return knowledgeOf(createRetriever(decodeIndexSnapshot(stored.bytes)), {
        revision,
        shard: stored.shard,
      });
    } catch (error) {
      if (!isDdaiError(error, 'SNAPSHOT_INVALID')) throw error;
      await snapshots.keepOnly(tenantId);
      return undefined;
    }
  };

  return async (tenantId) => {
    for (let builds = 0; builds <= MOST_BUILDS; builds++) {
      const openedAs = createUuid();
      const revision = await database.asTenant(tenantId, readRevision);
      const knowledge = await openStored(tenantId, revision);
      if (knowledge !== undefined) {
        await snapshots.keepOnly(tenantId, revision);
        return { openedAs, knowledge };
      }
      await build(tenantId);
    }
    throw new DdaiError({
      code: 'KNOWLEDGE_CHANGING',
      message: 'the pages changed each time before they were indexed',
      remedy: 'Ask again when the pages have been taken in.',
      retryable: true,
    });
  };
}

/** Knowledge as it was, without documents that are no longer there. No node gets its shard. */
export function withoutDeleted(
  { index, retriever }: LoadedKnowledge,
  { present, revision }: { readonly present: ReadonlySet<string>; readonly revision: string },
): LoadedKnowledge {
  const gone = new Set(index.documents.map(({ id }) => id).filter((id) => !present.has(id)));
  const also = (excluded: ReadonlySet<string> | undefined): ReadonlySet<string> =>
    excluded === undefined ? gone : new Set([...gone, ...excluded]);
  return knowledgeOf(
    {
      ...retriever,
      retrieve: (question, options = {}) =>
        retriever.retrieve(question, { ...options, excluded: also(options.excluded) }),
      retrieveAnalyzed: (question, options = {}) =>
        retriever.retrieveAnalyzed(question, { ...options, excluded: also(options.excluded) }),
    },
    { revision, shard: undefined },
  );
}

function knowledgeOf(
  retriever: Retriever,
  of: Pick<LoadedKnowledge, 'revision' | 'shard'>,
): LoadedKnowledge {
  const { index }: { index: KnowledgeIndex } = retriever;
  return { ...of, index, retriever, engine: createAnswerEngine({}, { retriever }) };
}
