import type { ImageShape } from './convolution-layer.ts';
import type { Layer } from './layer.ts';

/** The largest value of each size × size square; an edge that fills no square is left out. */
export function createMaxPoolLayer(image: ImageShape, size: number): Layer {
  const { height, width, channels } = image;
  const inputs = height * width * channels;
  const outputs = Math.floor(height / size) * Math.floor(width / size) * channels;
  return {
    inputs,
    outputs,
    tensors: [],
    bind: ({ kernel }) => ({
      forward: (rows, x, y) => {
        for (let row = 0; row < rows; row++)
          kernel.maxPool(height, width, channels, size, x + row * inputs, y + row * outputs);
      },
      backward: (rows, x, y, dy, dx) => {
        if (dx === undefined) return;
        for (let row = 0; row < rows; row++) {
          const [from, to] = [row * inputs, row * outputs];
          kernel.maxPoolBackward(
            height,
            width,
            channels,
            size,
            x + from,
            y + to,
            dy + to,
            dx + from,
          );
        }
      },
    }),
  };
}
