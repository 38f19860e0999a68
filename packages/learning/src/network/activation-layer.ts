import type { Layer } from './layer.ts';

export type Activation = 'relu' | 'tanh';

/** max(0, x) or tanh x, element by element. */
export function createActivationLayer(activation: Activation, width: number): Layer {
  return {
    inputs: width,
    outputs: width,
    tensors: [],
    bind: ({ kernel }) => ({
      forward: (rows, x, y) =>
        activation === 'relu' ? kernel.relu(rows * width, x, y) : kernel.tanh(rows * width, x, y),
      backward: (rows, _x, y, dy, dx) => {
        if (dx === undefined) return;
        if (activation === 'relu') kernel.reluBackward(rows * width, y, dy, dx);
        else kernel.tanhBackward(rows * width, y, dy, dx);
      },
    }),
  };
}
