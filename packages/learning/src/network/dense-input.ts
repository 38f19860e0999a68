import { checkDenseExamples } from '../examples/check-examples.ts';
import type { DenseExamples } from '../examples/examples.ts';
import type { InputStage } from './input-stage.ts';

/** Copies rows into the kernel's memory, a batch at a time. */
export function createDenseInput(width: number): InputStage<DenseExamples> {
  return {
    outputs: width,
    tensors: [],
    check: (data) => checkDenseExamples(data, width),
    bind: ({ kernel }) => ({
      forward: ({ data, order, from, rows }, y) => {
        const { memory } = kernel;
        for (let i = 0; i < rows; i++) {
          const row = (order[from + i] as number) * width;
          memory.set(data.features.subarray(row, row + width), y + i * width);
        }
      },
    }),
  };
}
