import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calibrateIntentModel,
  createFeaturiser,
  DEFAULT_FEATURISER,
  trainCentralised,
} from '../src/index.ts';
import { exp, log } from '../src/training/elementary.ts';
import { evaluateRows } from '../src/training/evaluate-rows.ts';
import { labelRows } from '../src/training/label-rows.ts';
import { parameterCount, trainEpoch } from '../src/training/softmax-trainer.ts';
import { generateTickets } from './generated-tickets.ts';

const labels = ['card_lost', 'invoice', 'login', 'outage', 'refund'];
const spec = { ...DEFAULT_FEATURISER, dimension: 256 };
const shape = { dimension: spec.dimension, labels: labels.length };
const featuriser = createFeaturiser(spec);
const rowsOf = (perTopic: number, seed: string) =>
  labelRows({ tickets: generateTickets(perTopic, seed), labels, featuriser });

describe('exp and log', () => {
  it('stay within one unit in the last place of the true value', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(2.3e-16 * Math.exp(x));
        const y = Math.exp(x);
        expect(Math.abs(log(y) - Math.log(y))).toBeLessThanOrEqual(
          2.3e-16 * Math.max(Math.abs(x), 1),
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('have the edges of IEEE 754', () => {
    expect([exp(710), exp(-746), exp(0), log(0), log(1)]).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      1,
      Number.NEGATIVE_INFINITY,
      0,
    ]);
    expect([exp(Number.NaN), log(-1), log(Number.NaN)]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(log(5e-324)).toBe(Math.log(5e-324));
  });
});

describe('trainEpoch', () => {
  it('steps along the gradient that finite differences give', () => {
    const data = rowsOf(4, 'gradient');
    const start = Float32Array.from(
      { length: parameterCount(shape) },
      (_, i) => ((i * 37) % 29) / 64 - 0.2,
    );
    const learningRate = 1;
    const stepped = start.slice();
    const sgd = { learningRate, batchSize: data.targets.length, epochs: 1, seed: 's' };
    trainEpoch({ weights: stepped, shape, data, sgd, epoch: 0 });
    const lossAt = (weights: Float32Array): number =>
      evaluateRows({ weights, shape, data }).lossSum / data.targets.length;
    const width = 2 ** -6;
    for (let i = 0; i < start.length; i += 7) {
      const nudged = start.slice();
      nudged[i] = (start[i] as number) + width;
      const above = lossAt(nudged);
      nudged[i] = (start[i] as number) - width;
      const gradient = (above - lossAt(nudged)) / (2 * width);
      const step = ((start[i] as number) - (stepped[i] as number)) / learningRate;
      expect(Math.abs(step - gradient)).toBeLessThan(2e-6 + 1e-3 * Math.abs(gradient));
    }
  });

  it('gives the same bits every time and others for another seed', () => {
    const data = rowsOf(20, 'bits');
    const run = (seed: string): Float32Array => {
      const weights = new Float32Array(parameterCount(shape));
      const sgd = { learningRate: 10, batchSize: 8, epochs: 3, seed };
      for (let epoch = 0; epoch < 3; epoch++) trainEpoch({ weights, shape, data, sgd, epoch });
      return weights;
    };
    expect(run('a')).toEqual(run('a'));
    expect(run('a')).not.toEqual(run('b'));
  });

  it('leaves out a share of the features, others in every epoch, and keeps their mean', () => {
    const data = rowsOf(20, 'dropout');
    const run = (featureDropout: number, epoch: number): Float32Array => {
      const weights = new Float32Array(parameterCount(shape));
      const batchSize = data.targets.length;
      const sgd = { learningRate: 1, batchSize, epochs: 1, seed: 's', featureDropout };
      trainEpoch({ weights, shape, data, sgd, epoch });
      return weights;
    };
    expect(run(0.5, 0)).toEqual(run(0.5, 0));
    expect(run(0.5, 0)).not.toEqual(run(0.5, 1));
    // From zero weights the gradient is linear in the features, so dropout leaves its mean alone.
    const mean = new Float64Array(parameterCount(shape));
    const epochs = 400;
    for (let epoch = 0; epoch < epochs; epoch++) {
      run(0.5, epoch).forEach((value, i) => {
        mean[i] = (mean[i] as number) + value / epochs;
      });
    }
    const whole = run(0, 0);
    const largest = whole.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    whole.forEach((value, i) => {
      expect(Math.abs((mean[i] as number) - value)).toBeLessThan(0.1 * largest);
    });
  });

  it('refuses a training that has diverged', () => {
    const data = rowsOf(4, 'nan');
    const weights = new Float32Array(parameterCount(shape)).fill(Number.NaN);
    const sgd = { learningRate: 1, batchSize: 4, epochs: 1, seed: 's' };
    expect(() => trainEpoch({ weights, shape, data, sgd, epoch: 0 })).toThrow(/not a number/);
  });
});

describe('trainCentralised', () => {
  it('learns topics that words tell apart, and calibrates them', () => {
    const tickets = generateTickets(40, 'train');
    const model = trainCentralised({ tickets, seed: 1, featuriser: spec });
    const data = rowsOf(20, 'test');
    const { correct, examples } = evaluateRows({ weights: model.weights, shape, data });
    expect(correct / examples).toBeGreaterThan(0.9);
    expect(model.temperature).toBeGreaterThan(0);
    expect(trainCentralised({ tickets, seed: 1, featuriser: spec })).toEqual(model);
  });

  it('is calibrated on held-out tickets to the least loss among temperatures', () => {
    const tickets = generateTickets(40, 'train');
    // Every sixth ticket is filed wrongly, so that certainty has a price.
    const heldOut = generateTickets(20, 'held-out').map((ticket, i) =>
      i % 6 === 0 ? { ...ticket, category: labels[i % labels.length] as string } : ticket,
    );
    const plain = trainCentralised({ tickets, seed: 1, featuriser: spec, calibrate: false });
    const { temperature, weights } = calibrateIntentModel(plain, heldOut);
    const data = labelRows({ tickets: heldOut, labels, featuriser });
    const lossAt = (t: number): number =>
      evaluateRows({ weights, shape, data, temperature: t }).lossSum;
    expect(lossAt(temperature)).toBeLessThan(lossAt(1));
    expect(lossAt(temperature)).toBeLessThanOrEqual(lossAt(temperature * 1.05));
    expect(lossAt(temperature)).toBeLessThanOrEqual(lossAt(temperature / 1.05));
    expect(calibrateIntentModel(plain, [])).toBe(plain);
  });

  it('refuses a category outside the agreed labels', () => {
    const tickets = [...generateTickets(3, 1), { text: 'x', category: 'other' }];
    expect(() => labelRows({ tickets, labels, featuriser })).toThrow(/"other" is not one of the 5/);
  });
});
