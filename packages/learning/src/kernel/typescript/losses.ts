import { exp, log } from '../../training/elementary.ts';
import type { Kernel, LossRows } from '../kernel.ts';

/** Losses in plain TypeScript: double precision inside a row, gradients rounded once. */
export function createLosses(
  memory: Pick<Kernel, 'floats'>,
): Pick<Kernel, 'softmaxCrossEntropy' | 'binaryCrossEntropy' | 'squaredError'> {
  return {
    softmaxCrossEntropy: (options) => softmaxCrossEntropy(memory.floats, options),
    binaryCrossEntropy: ({ rows, scores, targets, scale }) => {
      const { floats } = memory;
      let total = 0;
      for (let row = 0; row < rows; row++) {
        const score = floats[scores + row] as number;
        const target = floats[targets + row] as number;
        // e to a power that is never positive, so that nothing overflows.
        const power = exp(score < 0 ? score : -score);
        total += (score > 0 ? score : 0) - score * target + log(1 + power);
        const probability = (score < 0 ? power : 1) / (1 + power);
        floats[scores + row] = (probability - target) * scale;
      }
      return total;
    },
    squaredError: ({ rows, scores, targets, scale }) => {
      const { floats } = memory;
      let total = 0;
      for (let row = 0; row < rows; row++) {
        const error = (floats[scores + row] as number) - (floats[targets + row] as number);
        total += 0.5 * error * error;
        floats[scores + row] = error * scale;
      }
      return total;
    },
  };
}

/**
 * −ln p(target) with the largest score taken off first; the gradient is p − 1[target]. The powers
 * pass through single precision on their way to the gradients, in every kernel.
 */
function softmaxCrossEntropy(floats: Float32Array, options: LossRows): number {
  const { rows, columns, scores, targets, scale } = options;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const start = scores + row * columns;
    let highest = floats[start] as number;
    for (let i = 1; i < columns; i++) {
      const score = floats[start + i] as number;
      if (score > highest) highest = score;
    }
    const target = floats[targets + row] as number;
    const targetScore = floats[start + target] as number;
    let sum = 0;
    for (let i = 0; i < columns; i++) {
      const power = exp((floats[start + i] as number) - highest);
      floats[start + i] = power;
      sum += power;
    }
    total += highest - targetScore + log(sum);
    const inverse = 1 / sum;
    for (let i = 0; i < columns; i++) {
      const probability = (floats[start + i] as number) * inverse;
      floats[start + i] = (i === target ? probability - 1 : probability) * scale;
    }
  }
  return total;
}
