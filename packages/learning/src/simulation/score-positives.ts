import type { DenseExamples } from '../examples/examples.ts';
import { sameTargets } from '../examples/same-targets.ts';
import type { Trainer } from '../training/trainer.ts';

/**
 * A score for each row that grows with the probability of class 1: its log-likelihood, which is
 * minus the loss of the row alone under that label.
 */
export function scorePositives(options: {
  readonly trainer: Trainer<DenseExamples>;
  readonly weights: Float32Array;
  readonly data: DenseExamples;
}): Float64Array {
  const { trainer, weights, data } = options;
  const { width, features } = data;
  const targets = sameTargets(data.targets, 1).fill(1);
  return Float64Array.from(data.targets, (_, row) => {
    const one = { width, features: features.subarray(row * width, (row + 1) * width), targets };
    return -trainer.evaluate({ weights, data: one }).lossSum;
  });
}
