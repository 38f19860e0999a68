import { exp, log } from '../training/elementary.ts';
import type { KernelOperations } from './kernel.ts';
import type { ReferenceMemory } from './reference-memory.ts';

/** Losses with their gradient at the scores, in float64 until they are stored. */
export function createLossOperations(
  memory: ReferenceMemory,
): Pick<KernelOperations, 'softmaxCrossEntropy' | 'binaryCrossEntropy' | 'squaredError'> {
  return {
    softmaxCrossEntropy: (rows, classes, x, targets, dx) => {
      const { elements: e } = memory;
      let loss = 0;
      for (let row = 0; row < rows; row++) {
        const scores = x + row * classes;
        const errors = dx + row * classes;
        let highest = e[scores] as number;
        for (let i = 1; i < classes; i++) {
          const score = e[scores + i] as number;
          if (score > highest) highest = score;
        }
        let total = 0;
        for (let i = 0; i < classes; i++) total += exp((e[scores + i] as number) - highest);
        const target = e[targets + row] as number;
        loss += highest + log(total) - (e[scores + target] as number);
        for (let i = 0; i < classes; i++) {
          const share = exp((e[scores + i] as number) - highest) / total;
          e[errors + i] = (i === target ? share - 1 : share) / rows;
        }
      }
      return loss;
    },
    binaryCrossEntropy: (rows, outputs, x, targets, dx) => {
      const { elements: e } = memory;
      let loss = 0;
      for (let i = 0; i < rows * outputs; i++) {
        const score = e[x + i] as number;
        const target = e[targets + i] as number;
        const power = exp(-Math.abs(score));
        loss += (score > 0 ? score : 0) - score * target + log(1 + power);
        const share = (score > 0 ? 1 : power) / (1 + power);
        e[dx + i] = (share - target) / rows;
      }
      return loss;
    },
    squaredError: (rows, outputs, x, targets, dx) => {
      const { elements: e } = memory;
      let loss = 0;
      for (let i = 0; i < rows * outputs; i++) {
        const error = (e[x + i] as number) - (e[targets + i] as number);
        loss += 0.5 * error * error;
        e[dx + i] = error / rows;
      }
      return loss;
    },
  };
}
