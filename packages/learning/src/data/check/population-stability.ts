import { log } from '../../training/elementary.ts';

/**
 * Below 0.1 a population counts as stable, from 0.25 as shifted (Siddiqi 2006, "Credit Risk
 * Scorecards").
 */
export const PSI_SHIFTED = 0.25;

/** Stands for an empty bin, whose logarithm would be infinite. */
const EMPTY_SHARE = 1e-4;

/**
 * Population stability index Σ (aᵢ − eᵢ) ln(aᵢ / eᵢ) between the shares of rows in agreed bins and
 * those expected: the symmetric Kullback-Leibler divergence (Jeffreys 1946).
 * Of a small sample it is large by chance: over n rows, with the reference exact, its mean is about
 * (bins − 1) / n, and n · PSI is about χ² with bins − 1 degrees of freedom (Yurdakul 2018,
 * "Statistical Properties of Population Stability Index").
 */
export function populationStability(
  counts: ArrayLike<number>,
  expected: readonly number[],
): number {
  let rows = 0;
  for (let bin = 0; bin < counts.length; bin++) rows += counts[bin] as number;
  if (rows === 0) return 0;
  let index = 0;
  expected.forEach((share, bin) => {
    const e = Math.max(share, EMPTY_SHARE);
    const a = Math.max((counts[bin] as number) / rows, EMPTY_SHARE);
    index += (a - e) * log(a / e);
  });
  return index;
}

/**
 * The index from which a column of `rows` rows counts as drifted: `threshold`, but never less than
 * what chance reaches at one sample in a thousand. The quantile of χ² is Wilson and Hilferty's
 * (1931): k (1 − 2/9k + z √(2/9k))³.
 */
export function driftThreshold(options: {
  readonly rows: number;
  readonly bins: number;
  readonly threshold?: number;
}): number {
  const { rows, bins, threshold = PSI_SHIFTED } = options;
  const k = Math.max(1, bins - 1);
  const spread = 2 / (9 * k);
  const quantile = k * (1 - spread + Z_999 * Math.sqrt(spread)) ** 3;
  return Math.max(threshold, quantile / Math.max(1, rows));
}

/** The normal quantile of 0.999. */
const Z_999 = 3.090232306167813;
