import type { OutOfScopeRule } from '../model/out-of-scope-rule.ts';

/** Of every hundred questions that the model knows, five more ask for a person: what this costs. */
export const DEFAULT_KEPT = 0.95;

/**
 * The threshold on the largest calibrated probability that keeps at least `kept` of the texts in
 * scope. It is the k-th smallest value among n held-out in-scope texts, k = ⌊(1 − kept)(n + 1)⌋: a new
 * text of the same kind falls below it with a chance of at most k/(n + 1), whatever the model (split
 * conformal prediction; Angelopoulos and Bates 2023, theorem 1). With fewer than 1/(1 − kept) − 1 texts
 * (19 for 95%) no threshold can promise that, and it is 0.
 *
 * Texts out of scope are not needed to choose it, only to measure it. On withheld intents of banking77
 * the largest probability ranked better than energy (Liu et al. 2020), the largest score or the margin.
 */
export function chooseOutOfScope(
  largestProbabilities: ArrayLike<number>,
  kept: number = DEFAULT_KEPT,
): OutOfScopeRule {
  const sorted = Float64Array.from(largestProbabilities).sort();
  const rank = Math.floor((1 - kept) * (sorted.length + 1) + 1e-9);
  const threshold = rank === 0 ? 0 : (sorted[rank - 1] as number);
  // A probability can round to 1, beyond which nothing could be in scope.
  return { threshold: Math.min(threshold, 1 - Number.EPSILON), kept, tickets: sorted.length };
}
