import { describe, expect, it } from 'vitest';
import {
  createTrainer,
  createTypeScriptKernel,
  type FitOptions,
  type ModelSpec,
  type SparseExamples,
  type Trainer,
} from '../../src/index.ts';
import { buildNetwork } from '../../src/training/network/build-network.ts';
import { generateExamples, SMALL_MODELS } from './generated-examples.ts';

const ROWS = 11;
const RATE = 0.5;
/** From wide, against the noise of single precision, to narrow, past kinks of relu and pools. */
const WIDTHS = [2 ** -8, 2 ** -10, 2 ** -12];
/** Single-precision losses, seen through a difference over twice a width. */
const TOLERANCE = 8e-4;

const kernel = createTypeScriptKernel();

/** The gradient that one step over all rows takes, and the one of central differences. */
function compareGradients(
  spec: ModelSpec,
  more: Partial<FitOptions<unknown>> & { penalty?: (weights: Float32Array) => number },
): { taken: number[]; expected: number[] } {
  const trainer = createTrainer(spec, kernel) as Trainer<unknown>;
  const { trainable } = buildNetwork(spec);
  const data = generateExamples(spec, ROWS, 'gradients');
  const weights = trainer
    .initialise('gradients')
    .map((weight, i) => weight + (i < trainable ? 0.3 * Math.sin(i) : 0));
  const { penalty = () => 0, ...rest } = more;
  const training = {
    epochs: 1,
    batchSize: ROWS,
    learningRate: RATE,
    optimiser: 'sgd',
    ...rest.training,
  } as const;
  const fit = (from: Float32Array, options: Partial<FitOptions<unknown>>) =>
    trainer.fit({ weights: from, data, seed: 's', training, ...options });
  const stepped = fit(weights, { ...rest, training }).weights;
  const plain = { ...training, weightDecay: 0 };
  const lossAt = (at: Float32Array): number => fit(at, { training: plain }).trainLoss + penalty(at);
  const taken: number[] = [];
  const expected: number[] = [];
  const here = lossAt(weights);
  for (let i = 0; i < trainable; i++) {
    expected.push(slopeAt({ lossAt, here, weights, i }));
    taken.push(((weights[i] as number) - (stepped[i] as number)) / RATE);
  }
  return { taken, expected };
}

/** The central difference of the width whose two sides agree best: where no kink lies between. */
function slopeAt(options: {
  lossAt: (weights: Float32Array) => number;
  here: number;
  weights: Float32Array;
  i: number;
}): number {
  const { lossAt, here, weights, i } = options;
  const slopes = WIDTHS.map((width) => {
    const [above, below] = [weights.slice(), weights.slice()];
    above[i] = (weights[i] as number) + width;
    below[i] = (weights[i] as number) - width;
    const right = (lossAt(above) - here) / ((above[i] as number) - (weights[i] as number));
    const left = (here - lossAt(below)) / ((weights[i] as number) - (below[i] as number));
    return { slope: (left + right) / 2, apart: Math.abs(left - right) };
  });
  return slopes.reduce((best, next) => (next.apart < best.apart ? next : best)).slope;
}

function expectClose({ taken, expected }: { taken: number[]; expected: number[] }): void {
  const size = Math.hypot(...expected);
  expect(size).toBeGreaterThan(0.01);
  const apart = taken.map((value, i) => Math.abs(value - (expected[i] as number)));
  expect(Math.max(...apart)).toBeLessThan(TOLERANCE * Math.max(1, size));
}

describe.each(Object.entries(SMALL_MODELS))('the gradient of %s', (_, spec) => {
  it('is that of central differences', () => {
    expectClose(compareGradients(spec, {}));
  });

  it('has weight decay, the proximal term and the correction added', () => {
    const { parameters } = createTrainer(spec, kernel) as Trainer<SparseExamples>;
    const gradientCorrection = Float32Array.from({ length: parameters }, (_, i) => Math.cos(i) / 8);
    const training = {
      epochs: 1,
      batchSize: ROWS,
      learningRate: RATE,
      optimiser: 'sgd',
      weightDecay: 0.25,
    } as const;
    const penalty = (weights: Float32Array): number =>
      weights.reduce(
        (sum, weight, i) =>
          sum + 0.125 * weight * weight + (gradientCorrection[i] as number) * weight,
        0,
      );
    // At the first step w is w₀, so the proximal term adds nothing; trainer.test.ts has a second.
    expectClose(compareGradients(spec, { training, gradientCorrection, proximal: 3, penalty }));
  });
});
