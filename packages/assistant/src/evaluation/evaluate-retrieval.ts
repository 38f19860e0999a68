import { createSeededRandom } from '@ddai/core';
import { assistantError } from '../assistant-error.ts';
import type { KnowledgeDocument } from '../knowledge/knowledge-document.ts';
import { createKnowledgeIndex } from '../retrieval/knowledge-index.ts';
import { createRetriever } from '../retrieval/retriever.ts';
import { bootstrapMean, type MeanInterval } from './bootstrap.ts';

/** A question and the one document that holds its answer. */
export interface RetrievalQuestion {
  readonly id: string;
  readonly q: string;
  /** Id of the gold document. */
  readonly doc: string;
}

export interface RetrievalEvaluation {
  readonly questions: number;
  readonly documents: number;
  readonly passages: number;
  readonly recallAt1: number;
  readonly recallAt5: number;
  readonly recallAt10: number;
  readonly mrr: number;
  readonly ndcgAt10: number;
  /** Retrieval alone (10 documents with explanations), after warming up. */
  readonly queriesPerCpuSecond: number;
  /** 95% bootstrap intervals over questions of the measures above. */
  readonly intervals: Readonly<
    Record<'recallAt1' | 'recallAt5' | 'recallAt10' | 'mrr' | 'ndcgAt10', MeanInterval>
  >;
  /** Rank of each gold document, 0 when not among the first 100; in the order of the questions. */
  readonly ranks: readonly { readonly id: string; readonly rank: number }[];
}

const RANKS_LOOKED_AT = 100;
/** CPU seconds that the timed part takes at least, so that a coarse clock doesn't matter. */
const TIMED_CPU_SECONDS = 1;
const MOST_TIMED_PASSES = 200;

/**
 * Document-level ranking against single gold documents. MRR is over the first 100 ranks.
 * @param options.cpuSeconds CPU time of this process so far, in seconds (`process.cpuUsage`).
 * @throws {DdaiError} `EVALUATION_INVALID` without questions, or for a gold document not there.
 */
export function evaluateRetrieval(options: {
  readonly documents: readonly KnowledgeDocument[];
  readonly questions: readonly RetrievalQuestion[];
  readonly cpuSeconds: () => number;
  readonly seed?: number;
  /** Called after each question with how many are done. */
  readonly onProgress?: (done: number) => void;
}): RetrievalEvaluation {
  const { documents, questions, cpuSeconds, seed = 1, onProgress } = options;
  assertQuestions(documents, questions);
  const index = createKnowledgeIndex(documents);
  const retriever = createRetriever(index);
  const ranks = questions.map(({ id, q, doc }, i) => {
    const hits = retriever.retrieve(q, { limit: RANKS_LOOKED_AT });
    onProgress?.(i + 1);
    return { id, rank: hits.findIndex((hit) => hit.documentId === doc) + 1 };
  });
  const random = createSeededRandom(seed);
  const measure = (gain: (rank: number) => number): MeanInterval =>
    bootstrapMean(
      ranks.map(({ rank }) => (rank === 0 ? 0 : gain(rank))),
      random,
    );
  const intervals = {
    recallAt1: measure((rank) => (rank <= 1 ? 1 : 0)),
    recallAt5: measure((rank) => (rank <= 5 ? 1 : 0)),
    recallAt10: measure((rank) => (rank <= 10 ? 1 : 0)),
    mrr: measure((rank) => 1 / rank),
    // With one relevant document the ideal gain is 1, so DCG is nDCG already.
    ndcgAt10: measure((rank) => (rank <= 10 ? 1 / Math.log2(rank + 1) : 0)),
  };
  return {
    questions: questions.length,
    documents: index.documents.length,
    passages: index.passageDocument.length,
    recallAt1: intervals.recallAt1.mean,
    recallAt5: intervals.recallAt5.mean,
    recallAt10: intervals.recallAt10.mean,
    mrr: intervals.mrr.mean,
    ndcgAt10: intervals.ndcgAt10.mean,
    queriesPerCpuSecond: perCpuSecond(cpuSeconds, questions.length, () => {
      for (const { q } of questions) retriever.retrieve(q);
    }),
    intervals,
    ranks,
  };
}

/** Work items per CPU second, measured over whole passes after one to warm up. */
export function perCpuSecond(
  cpuSeconds: () => number,
  itemsPerPass: number,
  pass: () => void,
): number {
  pass();
  const start = cpuSeconds();
  let passes = 0;
  let spent = 0;
  while (spent < TIMED_CPU_SECONDS && passes < MOST_TIMED_PASSES) {
    pass();
    passes++;
    spent = cpuSeconds() - start;
  }
  return spent > 0 ? (passes * itemsPerPass) / spent : 0;
}

export function assertQuestions(
  documents: readonly KnowledgeDocument[],
  questions: readonly { readonly id: string; readonly doc: string }[],
): void {
  if (questions.length === 0) {
    throw assistantError({ code: 'EVALUATION_INVALID', message: 'no questions to evaluate' });
  }
  const ids = new Set(documents.map((document) => document.id));
  const lost = questions.find(({ doc }) => !ids.has(doc));
  if (lost !== undefined) {
    throw assistantError({
      code: 'EVALUATION_INVALID',
      message: `question ${JSON.stringify(lost.id)}: its document ${JSON.stringify(lost.doc)} is not in the knowledge`,
      remedy: 'Use the same ids in the knowledge and in the questions.',
      fields: { question: lost.id, document: lost.doc },
    });
  }
}
