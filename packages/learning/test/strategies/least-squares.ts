import { createSeededRandom } from '@ddai/core';
import type { FitOptions, ParameterLayout, Trainer } from '../../src/index.ts';

/** Targets of single coordinates: the loss is the mean of ½ (scale · w[coordinate] − target)². */
export type Measurements = readonly {
  readonly coordinate: number;
  readonly scale: number;
  readonly target: number;
}[];

/**
 * Least squares with a diagonal design: a convex problem whose minimum is known in closed form, see
 * {@link minimumOf}. Coordinates from `normalisationFrom` on count as a normalisation layer.
 */
export function createLeastSquares(
  parameters: number,
  normalisationFrom = parameters,
): Trainer<Measurements> {
  const layout: ParameterLayout = [
    {
      name: 'dense',
      shape: [normalisationFrom],
      offset: 0,
      length: normalisationFrom,
      isNormalisation: false,
    },
    {
      name: 'norm',
      shape: [parameters - normalisationFrom],
      offset: normalisationFrom,
      length: parameters - normalisationFrom,
      isNormalisation: true,
    },
  ];
  return {
    layout: layout.filter(({ length }) => length > 0),
    parameters,
    initialise: () => new Float32Array(parameters),
    fit: (options) => fit(options),
    evaluate: ({ weights, data }) => {
      const lossSum = data.reduce(
        (sum, { coordinate, scale, target }) =>
          sum + 0.5 * (scale * (weights[coordinate] as number) - target) ** 2,
        0,
      );
      return { examples: data.length, lossSum, correct: 0 };
    },
  };
}

function fit(options: FitOptions<Measurements>): ReturnType<Trainer<Measurements>['fit']> {
  const { data, training, seed, proximal = 0, gradientCorrection } = options;
  const { epochs, batchSize, learningRate } = training;
  const weights = options.weights.slice();
  let steps = 0;
  let lossSum = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = createSeededRandom(`${seed}/${epoch}`).shuffle([...data.keys()]);
    lossSum = 0;
    for (let start = 0; start < order.length; start += batchSize) {
      const batch = order.slice(start, start + batchSize);
      const gradient = new Float64Array(weights.length);
      for (const i of batch) {
        const { coordinate, scale, target } = data[i] as Measurements[number];
        const error = scale * (weights[coordinate] as number) - target;
        lossSum += 0.5 * error * error;
        gradient[coordinate] = (gradient[coordinate] as number) + (scale * error) / batch.length;
      }
      for (let i = 0; i < weights.length; i++) {
        const w = weights[i] as number;
        const pull = proximal * (w - (options.weights[i] as number));
        const whole = (gradient[i] as number) + pull + (gradientCorrection?.[i] ?? 0);
        weights[i] = w - learningRate * whole;
      }
      steps += 1;
    }
  }
  return { weights, examples: data.length, steps, trainLoss: lossSum / data.length };
}

/** The weights that minimise the loss over all parts together: Σ scale · target / Σ scale². */
export function minimumOf(parts: readonly Measurements[], parameters: number): Float64Array {
  const top = new Float64Array(parameters);
  const bottom = new Float64Array(parameters);
  for (const { coordinate, scale, target } of parts.flat()) {
    top[coordinate] = (top[coordinate] as number) + scale * target;
    bottom[coordinate] = (bottom[coordinate] as number) + scale * scale;
  }
  return top.map((value, i) => value / (bottom[i] as number));
}

/** Largest difference of two vectors in any coordinate. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - (b[i] as number))));
}
