import type { SeededRandom } from '@ddai/core';

/** A mean with its 95% percentile bootstrap interval. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2_000;

/** Efron's percentile bootstrap of the mean, drawn from `random`. */
export function bootstrapMean(values: readonly number[], random: SeededRandom): MeanInterval {
  const count = values.length;
  if (count === 0) return { mean: 0, low: 0, high: 0 };
  const means = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[random.below(count)] as number;
    means[r] = sum / count;
  }
  means.sort();
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / count,
    low: means[Math.floor(0.025 * RESAMPLES)] as number,
    high: means[Math.ceil(0.975 * RESAMPLES) - 1] as number,
  };
}
