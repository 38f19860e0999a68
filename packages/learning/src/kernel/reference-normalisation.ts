import type { KernelOperations } from './kernel.ts';
import { createLayerNormOperations } from './reference-layer-norm.ts';
import type { ReferenceMemory } from './reference-memory.ts';

/** Batch normalisation (Ioffe and Szegedy 2015, algorithms 1 and 2), and that over layers. */
export function createNormalisationOperations(
  memory: ReferenceMemory,
): Pick<
  KernelOperations,
  'columnMoments' | 'batchNorm' | 'batchNormBackward' | 'layerNorm' | 'layerNormBackward'
> {
  return {
    ...createLayerNormOperations(memory),
    columnMoments: (rows, width, x, mean, variance) => {
      const { elements: e } = memory;
      for (let column = 0; column < width; column++) {
        let sum = 0;
        for (let row = 0; row < rows; row++) sum += e[x + row * width + column] as number;
        e[mean + column] = sum / rows;
        const centre = e[mean + column] as number;
        let squares = 0;
        for (let row = 0; row < rows; row++) {
          const offset = (e[x + row * width + column] as number) - centre;
          squares += offset * offset;
        }
        e[variance + column] = squares / rows;
      }
    },
    batchNorm: (rows, width, epsilon, x, mean, variance, scale, shift, y) => {
      const { elements: e } = memory;
      for (let column = 0; column < width; column++) {
        const centre = e[mean + column] as number;
        const spread = Math.sqrt((e[variance + column] as number) + epsilon);
        const factor = (e[scale + column] as number) / spread;
        const offset = e[shift + column] as number;
        for (let row = 0; row < rows; row++) {
          const at = row * width + column;
          e[y + at] = ((e[x + at] as number) - centre) * factor + offset;
        }
      }
    },
    batchNormBackward: (rows, width, epsilon, x, mean, variance, scale, dy, dscale, dshift, dx) => {
      const { elements: e } = memory;
      for (let column = 0; column < width; column++) {
        const centre = e[mean + column] as number;
        const spread = Math.sqrt((e[variance + column] as number) + epsilon);
        let errors = 0;
        let products = 0;
        for (let row = 0; row < rows; row++) {
          const at = row * width + column;
          const error = e[dy + at] as number;
          errors += error;
          products += (error * ((e[x + at] as number) - centre)) / spread;
        }
        e[dscale + column] = products;
        e[dshift + column] = errors;
        const factor = (e[scale + column] as number) / spread;
        for (let row = 0; row < rows; row++) {
          const at = row * width + column;
          const normal = ((e[x + at] as number) - centre) / spread;
          e[dx + at] = factor * ((e[dy + at] as number) - (errors + normal * products) / rows);
        }
      }
    },
  };
}
