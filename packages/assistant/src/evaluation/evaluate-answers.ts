import { createSeededRandom } from '@ddai/core';
import { type AnswerEngineOptions, createAnswerEngine } from '../answering/answer-engine.ts';
import type { KnowledgeDocument } from '../knowledge/knowledge-document.ts';
import { createKnowledgeIndex } from '../retrieval/knowledge-index.ts';
import { createRetriever } from '../retrieval/retriever.ts';
import { recallAtPrecision } from './abstention-curve.ts';
import { bootstrapMean, type MeanInterval } from './bootstrap.ts';
import { assertQuestions, perCpuSecond, type RetrievalQuestion } from './evaluate-retrieval.ts';
import { answerF1 } from './normalize-answer.ts';

/** A question with its document and its answer in words. */
export interface AnswerQuestion extends RetrievalQuestion {
  /** Gold answer. */
  readonly a: string;
}

export interface AnswerEvaluation {
  readonly questions: number;
  /** Mean SQuAD F1 of the short answer, else of the text; abstention counts 0. In [0, 1]. */
  readonly f1: MeanInterval;
  /** Share of questions answered at the threshold. */
  readonly answered: number;
  /** Share of answers that cite the gold document first. */
  readonly citesGold: number;
  /**
   * Area under the ROC curve of confidence between each question asked with and without its gold
   * document: how well confidence tells what the knowledge can answer.
   */
  readonly answerabilityAuc: number;
  /**
   * Of the questions whose page is there, the largest share that can be answered while 95% of all
   * answers given, those to questions without their page included, are to answerable ones.
   */
  readonly coverageAt95: number;
  /** Share of citations equal to their slice of the source; anything below 1 is a defect. */
  readonly groundedness: number;
  readonly answersPerCpuSecond: number;
}

/**
 * Answers each question over the whole knowledge, and again with its gold document hidden.
 * @throws {DdaiError} `EVALUATION_INVALID`.
 */
export function evaluateAnswers(options: {
  readonly documents: readonly KnowledgeDocument[];
  readonly questions: readonly AnswerQuestion[];
  readonly cpuSeconds: () => number;
  readonly engine?: AnswerEngineOptions;
  readonly seed?: number;
}): AnswerEvaluation {
  const { documents, questions, cpuSeconds, engine: settings = {}, seed = 1 } = options;
  assertQuestions(documents, questions);
  const retriever = createRetriever(createKnowledgeIndex(documents));
  const engine = createAnswerEngine(settings, { retriever });
  const texts = new Map(documents.map((document) => [document.id, document.text]));
  const answers = questions.map(({ q }) => engine.answer(q));
  const hidden = questions.map(
    ({ q, doc }) => engine.answer(q, { excluded: new Set([doc]) }).confidence,
  );
  const scores = answers.map(({ short, text }, i) =>
    answerF1(short?.text ?? text, questions[i]?.a ?? ''),
  );
  const answered = answers.filter((answer) => !answer.abstained);
  const citations = answered.flatMap((answer) => answer.citations);
  const grounded = citations.filter(
    ({ documentId, start, end, text }) => texts.get(documentId)?.slice(start, end) === text,
  );
  const gold = answers.filter(
    ({ citations: [first] }, i) => first !== undefined && first.documentId === questions[i]?.doc,
  );
  const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
  return {
    questions: questions.length,
    f1: bootstrapMean(
      scores.map((score, i) => (answers[i]?.abstained === true ? 0 : score)),
      createSeededRandom(seed),
    ),
    answered: answered.length / questions.length,
    citesGold: share(gold.length, answered.length),
    answerabilityAuc: areaUnderCurve(
      answers.map(({ confidence }) => confidence),
      hidden,
    ),
    coverageAt95: recallAtPrecision(
      [
        ...answers.map(({ confidence }) => ({ confidence, correct: true })),
        ...hidden.map((confidence) => ({ confidence, correct: false })),
      ],
      0.95,
    ),
    groundedness: share(grounded.length, citations.length),
    answersPerCpuSecond: perCpuSecond(cpuSeconds, questions.length, () => {
      for (const { q } of questions) engine.answer(q);
    }),
  };
}

/** Probability that a positive scores above a negative, ties counted half (Mann and Whitney). */
export function areaUnderCurve(positives: readonly number[], negatives: readonly number[]): number {
  let wins = 0;
  for (const positive of positives) {
    for (const negative of negatives) {
      if (positive > negative) wins++;
      else if (positive === negative) wins += 0.5;
    }
  }
  const pairs = positives.length * negatives.length;
  return pairs === 0 ? 0.5 : wins / pairs;
}
