import type { Answer } from '../answering/answer.ts';
import { type AnswerEngineOptions, createAnswerEngine } from '../answering/answer-engine.ts';
import { assistantError } from '../assistant-error.ts';
import type { Retriever } from '../retrieval/retriever.ts';
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
  readonly text: string;
}

const RANKS_LOOKED_AT = 100;

/**
 * Asks every question and keeps what happened; `summarizeOutcomes` makes figures of it.
 * @param options.seconds a monotonic clock, for latency only.
 * @throws {DdaiError} `EVALUATION_INVALID` without questions, or for a gold document not there.
 */
export function evaluateAssistant(options: {
  readonly retriever: Retriever;
  readonly questions: readonly AssistantQuestion[];
  readonly seconds: () => number;
  readonly engine?: AnswerEngineOptions;
  readonly onProgress?: (done: number) => void;
}): QuestionOutcome[] {
  const { retriever, questions, seconds, engine: settings = {}, onProgress } = options;
  const documents = new Map(retriever.index.documents.map((document) => [document.id, document]));
  assertGold(questions, documents);
  const engine = createAnswerEngine(settings, { retriever });
  // The same engine, never abstaining: what it would have said decides whether silence was right.
  const frank = createAnswerEngine({ ...settings, threshold: 0 }, { retriever });
  return questions.map(({ id, q, doc, a }, i) => {
    const startedAt = seconds();
    const answer = engine.answer(q);
    const milliseconds = (seconds() - startedAt) * 1000;
    const best = answer.abstained ? frank.answer(q) : answer;
    const hits = doc === undefined ? [] : retriever.retrieve(q, { limit: RANKS_LOOKED_AT });
    onProgress?.(i + 1);
    return {
      id,
      q,
      rank: doc === undefined ? undefined : hits.findIndex((hit) => hit.documentId === doc) + 1,
      f1: a === undefined ? undefined : f1Of(answer, a),
      confidence: answer.confidence,
      abstained: answer.abstained,
      citesGold: doc !== undefined && best.citations[0]?.documentId === doc,
      confidenceWithoutPage:
        doc === undefined ? undefined : engine.answer(q, { excluded: new Set([doc]) }).confidence,
      grounded: groundedShare(answer.text, answer.citations, (name) => documents.get(name)),
      milliseconds,
      text: answer.text,
    };
  });
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
