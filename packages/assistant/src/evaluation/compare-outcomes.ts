import { createSeededRandom } from '@ddai/core';
import { assistantError } from '../assistant-error.ts';
import { bootstrapMean, type MeanInterval } from './bootstrap.ts';
import type { QuestionOutcome } from './evaluate-assistant.ts';
import { measureOutcome, OUTCOME_MEASURE_NAMES, type OutcomeMeasure } from './outcome-measures.ts';

/** What the second configuration changes against the first. */
export interface MeasureDifference {
  readonly measure: OutcomeMeasure;
  /** Mean of second minus first over the same questions, with its 95% interval. */
  readonly difference: MeanInterval;
  /** Whether the interval leaves out 0. */
  readonly verdict: 'higher' | 'lower' | 'no difference shown';
  /** One sentence for people. */
  readonly words: string;
}

/**
 * Paired bootstrap (Efron and Tibshirani, "An Introduction to the Bootstrap", chapter 16; for
 * retrieval: Sakai, SIGIR 2006): differences question by question are resampled, so that a hard
 * question is as hard for both.
 * @throws {DdaiError} `EVALUATION_INVALID` when the questions are not the same.
 */
export function compareOutcomes(
  first: readonly QuestionOutcome[],
  second: readonly QuestionOutcome[],
  seed = 1,
): MeasureDifference[] {
  if (first.length !== second.length || first.some(({ id }, i) => second[i]?.id !== id)) {
    throw assistantError({
      code: 'EVALUATION_INVALID',
      message: 'two evaluations can be compared only on the same questions in the same order',
    });
  }
  const random = createSeededRandom(seed);
  return OUTCOME_MEASURE_NAMES.flatMap((measure) => {
    const differences = first.flatMap((outcome, i) => {
      const a = measureOutcome(measure, outcome);
      const b = measureOutcome(measure, second[i] as QuestionOutcome);
      return a === undefined || b === undefined ? [] : [b - a];
    });
    if (differences.length === 0) return [];
    const difference = bootstrapMean(differences, random);
    const verdict = verdictOf(difference);
    return [{ measure, difference, verdict, words: inWords(measure, difference, verdict) }];
  });
}

function verdictOf({ low, high }: MeanInterval): MeasureDifference['verdict'] {
  if (low > 0) return 'higher';
  return high < 0 ? 'lower' : 'no difference shown';
}

function inWords(
  measure: OutcomeMeasure,
  { mean, low, high }: MeanInterval,
  verdict: MeasureDifference['verdict'],
): string {
  const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`;
  const interval = `${signed(mean)}, 95 % between ${signed(low)} and ${signed(high)}`;
  if (verdict === 'no difference shown') {
    return `${measure}: these questions show no difference between A and B (${interval}).`;
  }
  return `${measure}: B is ${verdict} than A (${interval}).`;
}
