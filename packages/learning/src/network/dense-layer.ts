import type { Layer } from './layer.ts';
import { uniform } from './layer.ts';

/** y = x W + b, W[inputs×outputs]. Weights begin uniform within ±`initialLimit`, biases at zero. */
export function createDenseLayer(options: {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly initialLimit: number;
}): Layer {
  const { name, inputs, outputs, initialLimit } = options;
  const common = { isNormalisation: false, isTrained: true };
  return {
    inputs,
    outputs,
    tensors: [
      {
        ...common,
        name: `${name}.weight`,
        shape: [inputs, outputs],
        initial: uniform(initialLimit),
      },
      { ...common, name: `${name}.bias`, shape: [outputs], initial: () => 0 },
    ],
    bind: ({ kernel, weights, gradients }) => {
      const [weight = 0, bias = 0] = weights;
      const [dweight = 0, dbias = 0] = gradients;
      return {
        forward: (rows, x, y) => {
          kernel.gemmNN(rows, outputs, inputs, x, weight, y, 0);
          kernel.addRow(rows, outputs, bias, y);
        },
        backward: (rows, x, _y, dy, dx) => {
          kernel.gemmTN(inputs, outputs, rows, x, dy, dweight, 0);
          kernel.sumRows(rows, outputs, dy, dbias);
          if (dx !== undefined) kernel.gemmNT(rows, inputs, outputs, dy, weight, dx, 0);
        },
      };
    },
  };
}
