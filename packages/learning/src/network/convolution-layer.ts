import type { Layer } from './layer.ts';
import { uniform } from './layer.ts';

/** Height, width and channels of an image. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * A convolution with stride 1 and a border of zeros, whose output is as large as its input:
 * windows laid out as rows, times W[(window²·channels)×filters], plus b.
 */
export function createConvolutionLayer(options: {
  readonly name: string;
  readonly image: ImageShape;
  /** Odd. */
  readonly window: number;
  readonly filters: number;
  readonly initialLimit: number;
}): Layer {
  const { name, image, window, filters, initialLimit } = options;
  const { height, width, channels } = image;
  const pixels = height * width;
  const depth = window * window * channels;
  const common = { isNormalisation: false, isTrained: true };
  return {
    inputs: pixels * channels,
    outputs: pixels * filters,
    tensors: [
      {
        ...common,
        name: `${name}.weight`,
        shape: [window, window, channels, filters],
        initial: uniform(initialLimit),
      },
      { ...common, name: `${name}.bias`, shape: [filters], initial: () => 0 },
    ],
    bind: ({ kernel, weights, gradients }) => {
      const [weight = 0, bias = 0] = weights;
      const [dweight = 0, dbias = 0] = gradients;
      // One example's windows at a time: all of a batch's would be window² times its size.
      const columns = kernel.reserve(pixels * depth);
      const spread = (x: number): void =>
        kernel.im2col(height, width, channels, window, x, columns);
      return {
        forward: (rows, x, y) => {
          for (let row = 0; row < rows; row++) {
            spread(x + row * pixels * channels);
            const to = y + row * pixels * filters;
            kernel.gemmNN(pixels, filters, depth, columns, weight, to, 0);
          }
          kernel.addRow(rows * pixels, filters, bias, y);
        },
        backward: (rows, x, _y, dy, dx) => {
          for (let row = 0; row < rows; row++) {
            const [from, error] = [x + row * pixels * channels, dy + row * pixels * filters];
            spread(from);
            kernel.gemmTN(depth, filters, pixels, columns, error, dweight, row === 0 ? 0 : 1);
            if (dx === undefined) continue;
            kernel.gemmNT(pixels, depth, filters, error, weight, columns, 0);
            kernel.col2im(height, width, channels, window, columns, dx + row * pixels * channels);
          }
          kernel.sumRows(rows * pixels, filters, dy, dbias);
        },
      };
    },
  };
}
