import type { Interval } from './intervals.ts';
import { studentQuantile } from './student-quantile.ts';

/** One procedure against another over the same seeds. */
export interface SeedComparison {
  /** Mean of candidate − baseline with its 95% interval. */
  readonly difference: Interval;
  readonly seeds: number;
}

/**
 * Compares two procedures over seeds, in pairs: values at one place share a seed, so what the seed
 * does to both falls out of the difference. The interval is Student's (1908): mean ± t s / √n. With
 * a difference that is the same for every seed it has no width.
 * @param baseline two values or more; `candidate` as many.
 */
export function compareSeeds(
  baseline: readonly number[],
  candidate: readonly number[],
): SeedComparison {
  const n = Math.min(baseline.length, candidate.length);
  const differences = Array.from(
    { length: n },
    (_, i) => (candidate[i] as number) - (baseline[i] as number),
  );
  const value = differences.reduce((sum, each) => sum + each, 0) / n;
  const squares = differences.reduce((sum, each) => sum + (each - value) ** 2, 0);
  const half = studentQuantile(n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { difference: { value, low: value - half, high: value + half }, seeds: n };
}
