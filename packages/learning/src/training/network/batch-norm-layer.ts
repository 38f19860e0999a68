import type { Layer } from './layer.ts';

/** Added to a variance so that a constant column divides by no zero. */
const EPSILON = 1e-5;
/** Share of the batch in the running statistics. */
const RUNNING_SHARE = 0.1;

/**
 * Batch normalisation (Ioffe and Szegedy 2015): each column by the mean and variance of the batch in
 * training (algorithm 1), by the running ones in evaluation (algorithm 2), then γ x̂ + β. Running
 * statistics are part of the model's vector. A batch of one example gives β alone.
 */
export function createBatchNormLayer(name: string, width: number): Layer {
  return {
    outputs: width,
    tensors: [
      { name: `${name}.scale`, shape: [width], role: 'normalisation', initial: 1 },
      { name: `${name}.shift`, shape: [width], role: 'normalisation', initial: 0 },
      { name: `${name}.mean`, shape: [width], role: 'statistic', initial: 0 },
      { name: `${name}.variance`, shape: [width], role: 'statistic', initial: 1 },
    ],
    inPlace: true,
    // The normalised rows, then 1 / σ of each column.
    scratchWords: (rows) => (rows + 1) * width,
    forward: ({ kernel, rows, training, output, scratch, tensors }) => {
      const { floats } = kernel;
      const [scale = 0, shift = 0, running = 0, runningVariance = 0] = tensors;
      for (let column = 0; column < width; column++) {
        let mean = floats[running + column] as number;
        let variance = floats[runningVariance + column] as number;
        if (training) {
          mean = 0;
          for (let row = 0; row < rows; row++)
            mean += floats[output + row * width + column] as number;
          mean /= rows;
          variance = 0;
          for (let row = 0; row < rows; row++) {
            const distance = (floats[output + row * width + column] as number) - mean;
            variance += distance * distance;
          }
          variance /= rows;
          const unbiased = rows > 1 ? (variance * rows) / (rows - 1) : variance;
          moveTowards(floats, running + column, mean);
          moveTowards(floats, runningVariance + column, unbiased);
        }
        const inverse = 1 / Math.sqrt(variance + EPSILON);
        floats[scratch + rows * width + column] = inverse;
        for (let row = 0; row < rows; row++) {
          const at = row * width + column;
          const normalised = ((floats[output + at] as number) - mean) * inverse;
          floats[scratch + at] = normalised;
          floats[output + at] =
            (floats[scale + column] as number) * normalised + (floats[shift + column] as number);
        }
      }
    },
    backward: ({ kernel, rows, outputGradient, scratch, tensors, gradients }) => {
      const { floats } = kernel;
      const [scale = 0] = tensors;
      const [scaleGradient = 0, shiftGradient = 0] = gradients;
      for (let column = 0; column < width; column++) {
        let sum = 0;
        let along = 0;
        for (let row = 0; row < rows; row++) {
          const at = row * width + column;
          const gradient = floats[outputGradient + at] as number;
          sum += gradient;
          along += gradient * (floats[scratch + at] as number);
        }
        floats[shiftGradient + column] = sum;
        floats[scaleGradient + column] = along;
        const factor =
          ((floats[scale + column] as number) *
            (floats[scratch + rows * width + column] as number)) /
          rows;
        for (let row = 0; row < rows; row++) {
          const at = row * width + column;
          const gradient = floats[outputGradient + at] as number;
          floats[outputGradient + at] =
            factor * (rows * gradient - sum - (floats[scratch + at] as number) * along);
        }
      }
    },
  };
}

function moveTowards(floats: Float32Array, at: number, value: number): void {
  floats[at] = (1 - RUNNING_SHARE) * (floats[at] as number) + RUNNING_SHARE * value;
}
