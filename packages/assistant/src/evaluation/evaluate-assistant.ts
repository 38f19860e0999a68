import type { Answer } from '../answering/answer.ts';
import {
  type AnswerEngineOptions,
  createAnswerEngine,
  DEFAULT_DOCUMENTS,
} from '../answering/answer-engine.ts';
import { assistantError } from '../assistant-error.ts';
import type { RetrieveOptions, Retriever } from '../retrieval/retriever.ts';
import type { SemanticRetrieval, SemanticRetriever } from '../semantic/semantic-retriever.ts';
import type { EncoderFault } from '../semantic/sentence-encoder.ts';
import { groundedShare } from './grounded-share.ts';
import { answerF1 } from './normalize-answer.ts';

/** A question to measure with. */
export interface AssistantQuestion {
  readonly id: string;
  readonly q: string;
  /** Id of the document that answers it; absent when the knowledge holds no answer. */
  readonly doc?: string;
  /** The answer in words. */
  readonly a?: string;
}

/** What became of one question. */
export interface QuestionOutcome {
  readonly id: string;
  readonly q: string;
  /** Rank of the gold document from 1, 0 when not among the first 100; undefined without one. */
  readonly rank: number | undefined;
  /** SQuAD F1, abstention 0; undefined without a gold answer. */
  readonly f1: number | undefined;
  readonly confidence: number;
  readonly abstained: boolean;
  /** Whether the best answer, given or withheld, cites the gold document first. */
  readonly citesGold: boolean;
  /** Confidence once the gold document is hidden; undefined without one. */
  readonly confidenceWithoutPage: number | undefined;
  /** Share of the answer's words that stand in its cited slices. */
  readonly grounded: number;
  readonly milliseconds: number;
  /** Why words alone ranked, where an encoder was to have its part. */
  readonly encoderFault?: EncoderFault;
  readonly text: string;
}

const RANKS_LOOKED_AT = 100;

/**
 * Asks every question and keeps what happened; `summarizeOutcomes` makes figures of it.
 * @param options.semantic ranks, where given, by words and meaning; made of the same `retriever`.
 * @param options.seconds a monotonic clock, for latency only.
 * @throws {DdaiError} `EVALUATION_INVALID` without questions, or for a gold document not there.
 */
export async function evaluateAssistant(options: {
  readonly retriever: Retriever;
  readonly semantic?: SemanticRetriever;
  readonly questions: readonly AssistantQuestion[];
  readonly seconds: () => number;
  readonly engine?: AnswerEngineOptions;
  readonly onProgress?: (done: number) => void;
}): Promise<QuestionOutcome[]> {
  const { retriever, semantic, questions, seconds, engine: settings = {}, onProgress } = options;
  const documents = new Map(retriever.index.documents.map((document) => [document.id, document]));
  assertGold(questions, documents);
  const engine = createAnswerEngine(settings, { retriever });
  // The same engine, never abstaining: what it would have said decides whether silence was right.
  const frank = createAnswerEngine({ ...settings, threshold: 0 }, { retriever });
  const rank = async (q: string, wanted: RetrieveOptions): Promise<SemanticRetrieval> =>
    semantic === undefined ? { hits: retriever.retrieve(q, wanted) } : semantic.retrieve(q, wanted);
  const { documents: limit = DEFAULT_DOCUMENTS } = settings;
  const outcomes: QuestionOutcome[] = [];
  for (const { id, q, doc, a } of questions) {
    const startedAt = seconds();
    const { hits, fault } = await rank(q, { limit });
    const answer = engine.answer(q, { hits });
    const milliseconds = (seconds() - startedAt) * 1000;
    const best = answer.abstained ? frank.answer(q, { hits }) : answer;
    const excluded = doc === undefined ? undefined : new Set([doc]);
    const without = excluded === undefined ? undefined : (await rank(q, { limit, excluded })).hits;
    const ranked = doc === undefined ? [] : (await rank(q, { limit: RANKS_LOOKED_AT })).hits;
    onProgress?.(outcomes.length + 1);
    outcomes.push({
      id,
      q,
      rank: doc === undefined ? undefined : ranked.findIndex((hit) => hit.documentId === doc) + 1,
      f1: a === undefined ? undefined : f1Of(answer, a),
      confidence: answer.confidence,
      abstained: answer.abstained,
      citesGold: doc !== undefined && best.citations[0]?.documentId === doc,
      confidenceWithoutPage:
        without === undefined ? undefined : engine.answer(q, { hits: without }).confidence,
      grounded: groundedShare(answer.text, answer.citations, (name) => documents.get(name)),
      milliseconds,
      ...(fault === undefined ? {} : { encoderFault: fault }),
      text: answer.text,
    });
  }
  return outcomes;
}

function f1Of({ abstained, short, text }: Answer, gold: string): number {
  return abstained ? 0 : answerF1(short?.text ?? text, gold);
}

function assertGold(
  questions: readonly AssistantQuestion[],
  documents: ReadonlyMap<string, unknown>,
): void {
  if (questions.length === 0) {
    throw assistantError({ code: 'EVALUATION_INVALID', message: 'no questions to evaluate' });
  }
  const lost = questions.find(({ doc }) => doc !== undefined && !documents.has(doc));
  if (lost === undefined) return;
  throw assistantError({
    code: 'EVALUATION_INVALID',
    message: `question ${JSON.stringify(lost.id)}: its document ${JSON.stringify(lost.doc)} is not in the knowledge`,
    remedy: 'Use the same ids in the knowledge and in the questions.',
    fields: { question: lost.id, document: lost.doc ?? '' },
  });
}
