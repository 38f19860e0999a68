import type { Layer } from './layer.ts';

/** y = x + b, b at zero to begin with. */
export function createBiasLayer(width: number): Layer {
  return {
    inputs: width,
    outputs: width,
    tensors: [
      {
        name: 'output.bias',
        shape: [width],
        isNormalisation: false,
        isTrained: true,
        initial: () => 0,
      },
    ],
    bind: ({ kernel, weights, gradients }) => {
      const [bias = 0] = weights;
      const [dbias = 0] = gradients;
      const copy = (rows: number, from: number, to: number): void => {
        kernel.memory.copyWithin(to, from, from + rows * width);
      };
      return {
        forward: (rows, x, y) => {
          copy(rows, x, y);
          kernel.addRow(rows, width, bias, y);
        },
        backward: (rows, _x, _y, dy, dx) => {
          kernel.sumRows(rows, width, dy, dbias);
          if (dx !== undefined) copy(rows, dy, dx);
        },
      };
    },
  };
}
