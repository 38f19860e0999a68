import type { ActivationName } from '../model-spec.ts';
import type { Layer } from './layer.ts';

/** An activation over `width` numbers an example, in place. */
export function createActivationLayer(activation: ActivationName, width: number): Layer {
  return {
    outputs: width,
    tensors: [],
    inPlace: true,
    forward: ({ kernel, rows, output }) => kernel[activation](output, rows * width),
    backward: ({ kernel, rows, output, outputGradient }) => {
      const gradient = { count: rows * width, outputs: output, gradients: outputGradient };
      if (activation === 'relu') kernel.reluGradient(gradient);
      else kernel.tanhGradient(gradient);
    },
  };
}
