import { exp, log } from './elementary.ts';
import { evaluateRows } from './evaluate-rows.ts';
import type { LabelledRows, SoftmaxShape } from './softmax-trainer.ts';

/** Bounds: a small held-out set without a single error would ask for certainty. */
const LOWEST = 1 / 4;
const HIGHEST = 8;
const STEPS = 40;
const GOLDEN = 0.6180339887498949;

/**
 * The temperature that minimises the cross-entropy on held-out examples (Guo et al. 2017, section
 * 4.2), by golden-section search on its logarithm between 1/4 and 8. 1 without examples.
 */
export function fitTemperature(options: {
  readonly weights: Float32Array;
  readonly shape: SoftmaxShape;
  readonly data: LabelledRows;
}): number {
  if (options.data.targets.length === 0) return 1;
  const lossAt = (logT: number): number =>
    evaluateRows({ ...options, temperature: exp(logT) }).lossSum;
  let low = log(LOWEST);
  let high = log(HIGHEST);
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let leftLoss = lossAt(left);
  let rightLoss = lossAt(right);
  for (let step = 0; step < STEPS; step++) {
    if (leftLoss <= rightLoss) {
      high = right;
      right = left;
      rightLoss = leftLoss;
      left = high - GOLDEN * (high - low);
      leftLoss = lossAt(left);
    } else {
      low = left;
      left = right;
      leftLoss = rightLoss;
      right = low + GOLDEN * (high - low);
      rightLoss = lossAt(right);
    }
  }
  return exp((low + high) / 2);
}
