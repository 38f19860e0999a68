import type { Layer, LayerTensor } from './layer.ts';

/** Keeps a variance of zero from dividing by zero; the value of both papers' implementations. */
const EPSILON = 1e-5;
/** Share of a batch's statistics in the running ones. */
const STATISTICS_RATE = 0.1;

/**
 * Batch normalisation (Ioffe and Szegedy 2015): statistics of the batch while training, running
 * ones in evaluation. The running ones are part of the model, so that FedBN can keep them at home.
 */
export function createBatchNormLayer(name: string, width: number): Layer {
  return {
    inputs: width,
    outputs: width,
    tensors: [
      ...scaleAndShift(name, width),
      tensor(`${name}.mean`, width, { initial: 0, isTrained: false }),
      tensor(`${name}.variance`, width, { initial: 1, isTrained: false }),
    ],
    bind: ({ kernel, weights, gradients }) => {
      const [scale = 0, shift = 0, mean = 0, variance = 0] = weights;
      const [dscale = 0, dshift = 0] = gradients;
      const batchMean = kernel.reserve(width);
      const batchVariance = kernel.reserve(width);
      const follow = (rows: number): void => {
        const { memory } = kernel;
        // The running variance is the unbiased one: divisor rows − 1, as in the paper's step 10.
        const unbiased = rows > 1 ? rows / (rows - 1) : 1;
        for (let i = 0; i < width; i++) {
          const [oldMean, oldVariance] = [memory[mean + i] ?? 0, memory[variance + i] ?? 0];
          const newVariance = (memory[batchVariance + i] as number) * unbiased;
          memory[mean + i] =
            oldMean + STATISTICS_RATE * ((memory[batchMean + i] as number) - oldMean);
          memory[variance + i] = oldVariance + STATISTICS_RATE * (newVariance - oldVariance);
        }
      };
      return {
        forward: (rows, x, y, isTraining) => {
          if (!isTraining) {
            kernel.batchNorm(rows, width, EPSILON, x, mean, variance, scale, shift, y);
            return;
          }
          kernel.columnMoments(rows, width, x, batchMean, batchVariance);
          kernel.batchNorm(rows, width, EPSILON, x, batchMean, batchVariance, scale, shift, y);
          follow(rows);
        },
        backward: (rows, x, _y, dy, dx) => {
          kernel.batchNormBackward(
            rows,
            width,
            EPSILON,
            x,
            batchMean,
            batchVariance,
            scale,
            dy,
            dscale,
            dshift,
            dx ?? dy,
          );
        },
      };
    },
  };
}

/** Layer normalisation (Ba, Kiros and Hinton 2016): statistics of each example by itself. */
export function createLayerNormLayer(name: string, width: number): Layer {
  return {
    inputs: width,
    outputs: width,
    tensors: scaleAndShift(name, width),
    bind: ({ kernel, weights, gradients }) => {
      const [scale = 0, shift = 0] = weights;
      const [dscale = 0, dshift = 0] = gradients;
      return {
        forward: (rows, x, y) => kernel.layerNorm(rows, width, EPSILON, x, scale, shift, y),
        backward: (rows, x, _y, dy, dx) =>
          kernel.layerNormBackward(rows, width, EPSILON, x, scale, dy, dscale, dshift, dx ?? dy),
      };
    },
  };
}

function scaleAndShift(name: string, width: number): LayerTensor[] {
  return [
    tensor(`${name}.scale`, width, { initial: 1, isTrained: true }),
    tensor(`${name}.shift`, width, { initial: 0, isTrained: true }),
  ];
}

function tensor(
  name: string,
  width: number,
  { initial, isTrained }: { readonly initial: number; readonly isTrained: boolean },
): LayerTensor {
  return { name, shape: [width], isNormalisation: true, isTrained, initial: () => initial };
}
