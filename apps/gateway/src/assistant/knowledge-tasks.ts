/** What the knowledge threads do: a module of plain functions that tinypool calls by name. */
import {
  createKnowledgeIndex,
  encodeIndexSnapshot,
  encodeShard,
  ingestKnowledge,
  type KnowledgeSource,
  type PageReport,
} from '@ddai/assistant';
import { DdaiError } from '@ddai/core';

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

export interface BuiltKnowledge {
  readonly snapshot: Uint8Array;
  readonly shard: Uint8Array;
}

export function parsePages(pages: readonly KnowledgeSource[]): Outcome<ParsedPages> {
  return attempt(() => {
    const { documents, reports } = ingestKnowledge(pages);
    return { reports, titles: new Map(documents.map(({ id, title }) => [id, title])) };
  });
}

export function buildKnowledge(pages: readonly KnowledgeSource[]): Outcome<BuiltKnowledge> {
  return attempt(() => {
    const { documents } = ingestKnowledge(pages);
    return {
      snapshot: encodeIndexSnapshot(createKnowledgeIndex(documents)),
      shard: encodeShard(documents),
    };
  });
}

function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof DdaiError)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}
