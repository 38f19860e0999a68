import { createSeededRandom } from '@ddai/core';
import { type AbstentionPoint, abstentionCurve, recallAtPrecision } from './abstention-curve.ts';
import { bootstrapMean, type MeanInterval } from './bootstrap.ts';
import { areaUnderCurve } from './evaluate-answers.ts';
import type { QuestionOutcome } from './evaluate-assistant.ts';
import { measureOutcome, OUTCOME_MEASURE_NAMES, type OutcomeMeasure } from './outcome-measures.ts';

export interface AssistantEvaluation {
  readonly questions: number;
  /** Means with 95% bootstrap intervals; without the measures that no question speaks to. */
  readonly measures: Partial<Readonly<Record<OutcomeMeasure, MeanInterval>>>;
  /**
   * Area under the ROC curve of confidence: questions with their page in the knowledge against
   * those without it (hidden, or never there). 0.5 when there is nothing to tell apart.
   */
  readonly answerabilityAuc: number;
  /** Share of answerable questions answered while 95% of answers are to answerable ones. */
  readonly coverageAt95: number;
  /** From the surest answer on: coverage, and the share that cites the right page. */
  readonly abstention: readonly AbstentionPoint[];
  /** Milliseconds per answer, nearest rank. */
  readonly latency: { readonly p50: number; readonly p95: number; readonly p99: number };
}

const PRECISION = 0.95;

/** Figures of an evaluation, from its outcomes alone. */
export function summarizeOutcomes(
  outcomes: readonly QuestionOutcome[],
  seed = 1,
): AssistantEvaluation {
  const random = createSeededRandom(seed);
  const measures: Partial<Record<OutcomeMeasure, MeanInterval>> = {};
  for (const name of OUTCOME_MEASURE_NAMES) {
    const values = outcomes.flatMap((outcome) => measureOutcome(name, outcome) ?? []);
    if (values.length > 0) measures[name] = bootstrapMean(values, random);
  }
  const answerable = outcomes.filter(({ rank }) => rank !== undefined);
  const withPage = answerable.map(({ confidence }) => confidence);
  const withoutPage = outcomes.map(
    (outcome) => outcome.confidenceWithoutPage ?? outcome.confidence,
  );
  const given = (correct: boolean) => (confidence: number) => ({ confidence, correct });
  const latencies = outcomes.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return {
    questions: outcomes.length,
    measures,
    answerabilityAuc: areaUnderCurve(withPage, withoutPage),
    coverageAt95: recallAtPrecision(
      [...withPage.map(given(true)), ...withoutPage.map(given(false))],
      PRECISION,
    ),
    abstention: abstentionCurve(
      outcomes.map(({ confidence, citesGold }) => ({ confidence, correct: citesGold })),
    ),
    latency: {
      p50: percentile(latencies, 0.5),
      p95: percentile(latencies, 0.95),
      p99: percentile(latencies, 0.99),
    },
  };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
