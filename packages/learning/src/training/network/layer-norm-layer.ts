import type { Layer } from './layer.ts';

/** Added to a variance so that a constant row divides by no zero. */
const EPSILON = 1e-5;

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016, eq. 3 over one layer): each example by its own
 * mean and variance, then γ x̂ + β; the same in training and evaluation.
 */
export function createLayerNormLayer(name: string, width: number): Layer {
  return {
    outputs: width,
    tensors: [
      { name: `${name}.scale`, shape: [width], role: 'normalisation', initial: 1 },
      { name: `${name}.shift`, shape: [width], role: 'normalisation', initial: 0 },
    ],
    inPlace: true,
    // The normalised rows, then 1 / σ of each row.
    scratchWords: (rows) => rows * (width + 1),
    forward: ({ kernel, rows, output, scratch, tensors }) => {
      const { floats } = kernel;
      const [scale = 0, shift = 0] = tensors;
      for (let row = 0; row < rows; row++) {
        const start = row * width;
        let mean = 0;
        for (let i = 0; i < width; i++) mean += floats[output + start + i] as number;
        mean /= width;
        let variance = 0;
        for (let i = 0; i < width; i++) {
          const distance = (floats[output + start + i] as number) - mean;
          variance += distance * distance;
        }
        const inverse = 1 / Math.sqrt(variance / width + EPSILON);
        floats[scratch + rows * width + row] = inverse;
        for (let i = 0; i < width; i++) {
          const normalised = ((floats[output + start + i] as number) - mean) * inverse;
          floats[scratch + start + i] = normalised;
          floats[output + start + i] =
            (floats[scale + i] as number) * normalised + (floats[shift + i] as number);
        }
      }
    },
    backward: ({ kernel, rows, outputGradient, scratch, tensors, gradients }) => {
      const { floats } = kernel;
      const [scale = 0] = tensors;
      const [scaleGradient = 0, shiftGradient = 0] = gradients;
      kernel.sumRows({ rows, columns: width, values: outputGradient, vector: shiftGradient });
      floats.fill(0, scaleGradient, scaleGradient + width);
      for (let row = 0; row < rows; row++) {
        const start = row * width;
        let sum = 0;
        let along = 0;
        for (let i = 0; i < width; i++) {
          const gradient = floats[outputGradient + start + i] as number;
          const normalised = floats[scratch + start + i] as number;
          floats[scaleGradient + i] = (floats[scaleGradient + i] as number) + gradient * normalised;
          const scaled = gradient * (floats[scale + i] as number);
          sum += scaled;
          along += scaled * normalised;
        }
        const factor = (floats[scratch + rows * width + row] as number) / width;
        for (let i = 0; i < width; i++) {
          const scaled =
            (floats[outputGradient + start + i] as number) * (floats[scale + i] as number);
          const normalised = floats[scratch + start + i] as number;
          floats[outputGradient + start + i] = factor * (width * scaled - sum - normalised * along);
        }
      }
    },
  };
}
