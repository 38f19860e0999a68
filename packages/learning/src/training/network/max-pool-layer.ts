import type { ImageWindows } from '../../kernel/kernel.ts';
import type { Layer, LayerPass } from './layer.ts';

/**
 * The largest number of each size × size window without overlap. Of equal numbers the first in
 * reading order gets the gradient. Rows and columns beyond the last whole window are left out.
 */
export function createMaxPoolLayer(options: {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly size: number;
}): Layer {
  const { height, width, channels, size } = options;
  const inputs = height * width * channels;
  const outputs = Math.floor(height / size) * Math.floor(width / size) * channels;
  const windows = ({ input }: LayerPass, row: number, other: number): ImageWindows => ({
    height,
    width,
    channels,
    size,
    image: input + row * inputs,
    other: other + row * outputs,
  });
  return {
    outputs,
    tensors: [],
    forward: (pass) => {
      for (let row = 0; row < pass.rows; row++)
        pass.kernel.maxPool(windows(pass, row, pass.output));
    },
    backward: (pass) => {
      const { kernel, rows, outputGradient, inputGradient } = pass;
      if (inputGradient === undefined) return;
      for (let row = 0; row < rows; row++) {
        kernel.maxPoolGradient({
          ...windows(pass, row, outputGradient),
          gradient: inputGradient + row * inputs,
        });
      }
    },
  };
}
