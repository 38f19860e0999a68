import { describe, expect, it } from 'vitest';
import {
  createReferenceKernel,
  createTrainer,
  createWasmKernel,
  type FitOptions,
  type LocalTraining,
} from '../src/browser.ts';
import type { DenseExamples, ModelSpec, SparseExamples } from '../src/index.ts';
import { generateDense, generateSparse } from './generated-examples.ts';

const LOSS = 'softmax-cross-entropy';
const DENSE: ModelSpec = {
  kind: 'multi-layer-perceptron',
  inputs: 4,
  hidden: [5],
  activation: 'tanh',
  normalisation: 'none',
  outputs: 3,
  loss: LOSS,
};
const SPARSE: ModelSpec = {
  kind: 'embedding-bag',
  dimension: 20,
  embedding: 4,
  outputs: 3,
  loss: LOSS,
};
const LINEAR: ModelSpec = { kind: 'sparse-linear', dimension: 20, outputs: 3, loss: LOSS };
const dense = generateDense({ rows: 9, width: 4, outputs: 3, loss: LOSS, seed: 'data' });
const sparse = generateSparse({ rows: 9, dimension: 20, outputs: 3, loss: LOSS, seed: 'data' });

const kernel = createReferenceKernel('double');
/** One batch an epoch, so that each epoch is one step whose gradient is known. */
const ONE_BATCH = 100;
const STEPS = 4;
const RATE = 0.1;

type Case = readonly [string, Partial<LocalTraining>, Partial<FitOptions<unknown>>];
const correction = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i % 7) - 3) / 20);
const CASES: readonly Case[] = [
  ['sgd', { optimiser: 'sgd' }, {}],
  ['sgd with weight decay', { optimiser: 'sgd', weightDecay: 0.3 }, {}],
  ['sgd with a proximal term', { optimiser: 'sgd' }, { proximal: 0.7 }],
  ['sgd with a correction', { optimiser: 'sgd' }, { gradientCorrection: new Float32Array() }],
  ['momentum', { optimiser: 'momentum', momentum: 0.6 }, {}],
  ['momentum with decay', { optimiser: 'momentum', weightDecay: 0.2 }, { proximal: 0.1 }],
  ['adam', { optimiser: 'adam' }, {}],
  [
    'adam with everything',
    { optimiser: 'adam', weightDecay: 0.1 },
    { proximal: 0.2, gradientCorrection: new Float32Array() },
  ],
];

/** The same training written as the papers write it, on gradients that a step of SGD reveals. */
function trainByFormula<Data>(
  spec: ModelSpec,
  data: Data,
  fit: Omit<FitOptions<Data>, 'data'>,
): Float64Array {
  const trainer = createTrainer(spec, kernel);
  const probe = 2 ** 20;
  const { training, proximal = 0, gradientCorrection } = fit;
  const { optimiser, learningRate, weightDecay = 0, momentum = 0.9 } = training;
  const anchor = fit.weights;
  const w = Float64Array.from(anchor);
  const v = new Float64Array(w.length);
  const m = new Float64Array(w.length);
  for (let t = 1; t <= STEPS; t++) {
    const at = Float32Array.from(w);
    const step = {
      epochs: 1,
      batchSize: ONE_BATCH,
      learningRate: probe,
      optimiser: 'sgd',
    } as const;
    const moved = trainer.fit({ weights: at, data: data as never, training: step, seed: 's' });
    for (let i = 0; i < w.length; i++) {
      const weight = w[i] as number;
      const raw = ((at[i] as number) - (moved.weights[i] as number)) / probe;
      const g =
        raw +
        weightDecay * weight +
        proximal * (weight - (anchor[i] as number)) +
        (gradientCorrection?.[i] ?? 0);
      if (optimiser === 'sgd') w[i] = weight - learningRate * g;
      if (optimiser === 'momentum') {
        v[i] = momentum * (v[i] as number) + g;
        w[i] = weight - learningRate * (v[i] as number);
      }
      if (optimiser === 'adam') {
        m[i] = 0.9 * (m[i] as number) + 0.1 * g;
        v[i] = 0.999 * (v[i] as number) + 0.001 * g * g;
        const [first, second] = [
          (m[i] as number) / (1 - 0.9 ** t),
          (v[i] as number) / (1 - 0.999 ** t),
        ];
        w[i] = weight - (learningRate * first) / (Math.sqrt(second) + 1e-8);
      }
    }
  }
  return w;
}

const MODELS: readonly (readonly [string, ModelSpec, DenseExamples | SparseExamples])[] = [
  ['perceptron', DENSE, dense],
  ['embedding bag', SPARSE, sparse],
  ['sparse linear', LINEAR, sparse],
];

describe.each(MODELS)('the %s', (_, spec, data) => {
  it.each(CASES)('follows the formula of %s', (__, setting, terms) => {
    const trainer = createTrainer(spec, kernel);
    const weights = trainer.initialise('optimiser');
    const training: LocalTraining = {
      epochs: STEPS,
      batchSize: ONE_BATCH,
      learningRate: RATE,
      optimiser: 'sgd',
      ...setting,
    };
    const { proximal } = terms;
    const fit: Omit<FitOptions<unknown>, 'data'> = {
      weights,
      training,
      seed: 's',
      ...(proximal === undefined ? {} : { proximal }),
      ...(terms.gradientCorrection === undefined
        ? {}
        : { gradientCorrection: correction(trainer.parameters) }),
    };
    const expected = trainByFormula(spec, data, fit);
    const result = trainer.fit({ ...fit, data: data as never });
    expect(result.steps).toBe(STEPS);
    let moved = 0;
    for (let i = 0; i < weights.length; i++) {
      // Adam divides by the gradient's size: where that is tiny, so is what it is known by.
      expect(Math.abs((result.weights[i] as number) - (expected[i] as number))).toBeLessThan(2e-4);
      moved = Math.max(moved, Math.abs((result.weights[i] as number) - (weights[i] as number)));
    }
    expect(moved).toBeGreaterThan(0.01);
  });

  it('is not moved by terms that are zero, to the last bit', async () => {
    const trainer = createTrainer(spec, await createWasmKernel());
    const weights = trainer.initialise('zero');
    const training = { epochs: 3, batchSize: 4, learningRate: RATE, optimiser: 'sgd' } as const;
    const options = { weights, training, seed: 's', data: data as never };
    const plain = trainer.fit(options).weights;
    const gradientCorrection = new Float32Array(trainer.parameters);
    expect(trainer.fit({ ...options, proximal: 0, gradientCorrection }).weights).toEqual(plain);
    const still = { ...training, optimiser: 'momentum', momentum: 0 } as const;
    expect(trainer.fit({ ...options, training: still }).weights).toEqual(plain);
  });
});
