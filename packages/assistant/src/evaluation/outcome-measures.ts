import type { QuestionOutcome } from './evaluate-assistant.ts';

/** Measures that are means over questions: comparable question by question. */
export const OUTCOME_MEASURES = {
  recallAt1: rankMeasure((rank) => (rank <= 1 ? 1 : 0)),
  recallAt5: rankMeasure((rank) => (rank <= 5 ? 1 : 0)),
  recallAt10: rankMeasure((rank) => (rank <= 10 ? 1 : 0)),
  mrr: rankMeasure((rank) => 1 / rank),
  // With one relevant document the ideal gain is 1, so DCG is nDCG already.
  ndcgAt10: rankMeasure((rank) => (rank <= 10 ? 1 / Math.log2(rank + 1) : 0)),
  /** SQuAD F1, abstention 0. */
  answerF1: ({ f1 }) => f1,
  /** Share of words given that are quoted from cited slices. */
  groundedness: ({ grounded, abstained }) => (abstained ? undefined : grounded),
  /** 1 where it answers citing the right page, or keeps silent where no page answers. */
  rightDecision: ({ rank, abstained, citesGold }) =>
    Number(rank === undefined ? abstained : !abstained && citesGold),
  /** Share of questions answered at the threshold. */
  answered: ({ abstained }) => Number(!abstained),
} as const satisfies Record<string, (outcome: QuestionOutcome) => number | undefined>;

export type OutcomeMeasure = keyof typeof OUTCOME_MEASURES;

export const OUTCOME_MEASURE_NAMES = Object.keys(OUTCOME_MEASURES) as OutcomeMeasure[];

/** A measure of one question; undefined where the question can't say anything of it. */
export function measureOutcome(
  measure: OutcomeMeasure,
  outcome: QuestionOutcome,
): number | undefined {
  return OUTCOME_MEASURES[measure](outcome);
}

function rankMeasure(
  gain: (rank: number) => number,
): (outcome: QuestionOutcome) => number | undefined {
  return ({ rank }) => (rank === undefined ? undefined : rank === 0 ? 0 : gain(rank));
}
