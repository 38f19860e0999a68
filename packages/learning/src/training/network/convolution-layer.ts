import type { Layer, LayerPass } from './layer.ts';

/**
 * A convolution of step 1 over images as height × width × channels, padded with zeros to the same
 * size: each image's patches times W, which is size · size · channels × filters, plus b. One
 * image's patches are in memory at a time, worked out again for the backward pass.
 */
export function createConvolutionLayer(options: {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  /** Side of the window, odd. */
  readonly size: number;
  readonly bound: number;
}): Layer {
  const { name, height, width, channels, filters, size, bound } = options;
  const pixels = height * width;
  const depth = size * size * channels;
  const imageLength = pixels * channels;
  const outputs = pixels * filters;

  const readPatches = ({ kernel, input, scratch }: LayerPass, row: number): void =>
    kernel.imageToPatches({
      height,
      width,
      channels,
      size,
      image: input + row * imageLength,
      other: scratch,
    });

  return {
    outputs,
    tensors: [
      {
        name: `${name}.weight`,
        shape: [size, size, channels, filters],
        role: 'weight',
        initial: { bound },
      },
      { name: `${name}.bias`, shape: [filters], role: 'weight', initial: 0 },
    ],
    scratchWords: () => pixels * depth,
    forward: (pass) => {
      const { kernel, rows, output, scratch } = pass;
      const [weight = 0, bias = 0] = pass.tensors;
      for (let row = 0; row < rows; row++) {
        readPatches(pass, row);
        kernel.multiply({
          rows: pixels,
          columns: filters,
          depth,
          left: scratch,
          right: weight,
          out: output + row * outputs,
        });
      }
      kernel.addToRows({ rows: rows * pixels, columns: filters, values: output, vector: bias });
    },
    backward: (pass) => {
      const { kernel, rows, outputGradient, inputGradient, scratch } = pass;
      const [weight = 0] = pass.tensors;
      const [weightGradient = 0, biasGradient = 0] = pass.gradients;
      kernel.sumRows({
        rows: rows * pixels,
        columns: filters,
        values: outputGradient,
        vector: biasGradient,
      });
      if (inputGradient !== undefined)
        kernel.floats.fill(0, inputGradient, inputGradient + rows * imageLength);
      for (let row = 0; row < rows; row++) {
        const gradient = outputGradient + row * outputs;
        readPatches(pass, row);
        kernel.multiply({
          rows: depth,
          columns: filters,
          depth: pixels,
          left: scratch,
          right: gradient,
          out: weightGradient,
          transposeLeft: true,
          accumulate: row > 0,
        });
        if (inputGradient === undefined) continue;
        kernel.multiply({
          rows: pixels,
          columns: depth,
          depth: filters,
          left: gradient,
          right: weight,
          out: scratch,
          transposeRight: true,
        });
        kernel.patchesToImage({
          height,
          width,
          channels,
          size,
          image: inputGradient + row * imageLength,
          other: scratch,
        });
      }
    },
  };
}
