import { describe, expect, it } from 'vitest';
import { createReferenceKernel, createTrainer, type Trainer } from '../src/browser.ts';
import type { DenseModelSpec, SparseModelSpec } from '../src/index.ts';
import type { Loss } from '../src/network/loss.ts';
import { generateDense, generateSparse } from './generated-examples.ts';

const LOSSES: readonly Loss[] = ['softmax-cross-entropy', 'binary-cross-entropy', 'squared-error'];
/** So small that a step of it changes no bit of a weight: `fit` then only measures the loss. */
const NO_STEP = 1e-30;
/** A step so large that the old weight disappears beside the gradient. */
const WHOLE_STEP = 2 ** 20;
const WIDTH = 2 ** -11;

/** A kernel in float64, where finite differences are exact to about eight digits. */
const kernel = createReferenceKernel('double');

/** Compares the gradient of the mean loss with central differences, one parameter at a time. */
function expectTrueGradient<Data>(trainer: Trainer<Data>, data: Data): void {
  const weights = trainer.initialise('gradient');
  // Biases and scales away from their first values, so that no gradient is zero by symmetry.
  for (let i = 0; i < weights.length; i++)
    weights[i] = (weights[i] as number) + (((i * 37) % 29) - 14) / 64;
  for (const { name, offset, length } of trainer.layout)
    if (name.endsWith('.variance')) weights.fill(1, offset, offset + length);
  const lossAt = (at: Float32Array, learningRate: number) =>
    trainer.fit({
      weights: at,
      data,
      training: { epochs: 1, batchSize: 1000, learningRate, optimiser: 'sgd' },
      seed: 'order',
    });
  const stepped = lossAt(weights, WHOLE_STEP).weights;
  let largest = 0;
  for (const { name, offset, length } of trainer.layout) {
    if (name.endsWith('.mean') || name.endsWith('.variance')) continue;
    for (let i = offset; i < offset + length; i++) {
      const nudged = weights.slice();
      nudged[i] = (weights[i] as number) + WIDTH;
      const [high, above] = [nudged[i] as number, lossAt(nudged, NO_STEP).trainLoss];
      nudged[i] = (weights[i] as number) - WIDTH;
      const [low, below] = [nudged[i] as number, lossAt(nudged, NO_STEP).trainLoss];
      const expected = (above - below) / (high - low);
      const gradient = ((weights[i] as number) - (stepped[i] as number)) / WHOLE_STEP;
      expect(Math.abs(gradient - expected), `${name}[${i - offset}]`).toBeLessThan(
        2e-6 + 2e-5 * Math.abs(expected),
      );
      largest = Math.max(largest, Math.abs(expected));
    }
  }
  expect(largest).toBeGreaterThan(0.01);
}

const perceptron = {
  kind: 'multi-layer-perceptron',
  inputs: 5,
  hidden: [7, 6],
  activation: 'tanh',
  normalisation: 'none',
  outputs: 3,
  loss: 'softmax-cross-entropy',
} as const;
const convolutional = {
  kind: 'convolutional',
  height: 7,
  width: 6,
  channels: 2,
  convolutions: [
    { filters: 3, window: 3, pool: 2 },
    { filters: 4, window: 5, pool: 1 },
  ],
  hidden: [5],
  outputs: 3,
  loss: 'softmax-cross-entropy',
} as const;

const DENSE: readonly (readonly [string, DenseModelSpec])[] = LOSSES.flatMap((loss) => [
  [`linear, ${loss}`, { kind: 'linear', inputs: 5, outputs: 3, loss }] as const,
  [`perceptron, tanh, ${loss}`, { ...perceptron, loss }] as const,
  [`perceptron, relu, ${loss}`, { ...perceptron, activation: 'relu', loss }] as const,
  [`perceptron, batch norm, ${loss}`, { ...perceptron, normalisation: 'batch', loss }] as const,
  [`perceptron, layer norm, ${loss}`, { ...perceptron, normalisation: 'layer', loss }] as const,
  [`convolutional, ${loss}`, { ...convolutional, loss }] as const,
]);
const SPARSE: readonly (readonly [string, SparseModelSpec & { loss: Loss }])[] = LOSSES.flatMap(
  (loss) => [
    [
      `embedding bag, ${loss}`,
      { kind: 'embedding-bag', dimension: 12, embedding: 4, outputs: 3, loss },
    ] as const,
    [`sparse linear, ${loss}`, { kind: 'sparse-linear', dimension: 12, outputs: 3, loss }] as const,
  ],
);

describe('the gradient equals finite differences', () => {
  it.each(DENSE)('%s', (_, spec) => {
    const width = spec.kind === 'convolutional' ? 7 * 6 * 2 : 5;
    const data = generateDense({ rows: 6, width, outputs: 3, loss: spec.loss, seed: 'data' });
    expectTrueGradient(createTrainer(spec, kernel), data);
  });

  it.each(SPARSE)('%s', (_, spec) => {
    const shape = { rows: 8, dimension: 12, outputs: 3, loss: spec.loss, seed: 'data' };
    expectTrueGradient(createTrainer(spec, kernel), generateSparse(shape));
  });
});
