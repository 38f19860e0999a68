import { describe, expect, it } from 'vitest';
import { type ClientUpdate, createStrategy } from '../../src/index.ts';
import {
  type Federation,
  runRound,
  runRounds,
  similarParts,
  startFederation,
} from './federation.ts';
import { createLeastSquares, distance, type Measurements } from './least-squares.ts';

const PARAMETERS = 5;
const trainer = createLeastSquares(PARAMETERS);
const parts = similarParts(8, PARAMETERS);
/** Equally many examples each: then the mean by examples is the unweighted one. */
const equalParts = parts.map((part) => part.slice(0, 3 * PARAMETERS));
const asOneEach = (updates: readonly ClientUpdate[]): ClientUpdate[] =>
  updates.map((update) => ({ ...update, examples: 1 }));

function run(
  name: string,
  settings: Readonly<Record<string, number>> = {},
  options: {
    readonly rounds?: number;
    readonly parts?: readonly Measurements[];
    readonly tamper?: (updates: readonly ClientUpdate[]) => readonly ClientUpdate[];
  } = {},
): Federation {
  const strategy = createStrategy(name, settings);
  return runRounds(startFederation(strategy, trainer), {
    strategy,
    trainer,
    parts,
    rounds: 4,
    ...options,
  });
}

describe('to the last bit', () => {
  it('FedProx without its proximal term is FedAvg', () => {
    expect(run('fedprox', { proximal: 0 }).weights).toEqual(run('fedavg').weights);
  });

  it('FedAvgM without momentum is FedAvg, at any server rate', () => {
    expect(run('fedavgm', { momentum: 0 }).weights).toEqual(run('fedavg').weights);
    expect(run('fedavgm', { momentum: 0, serverRate: 0.5 }).weights).toEqual(
      run('fedavg', { serverRate: 0.5 }).weights,
    );
  });

  it("SCAFFOLD's first round, all controls zero, is FedAvg's, and its second is not", () => {
    const settings = { population: parts.length };
    expect(run('scaffold', settings, { rounds: 1 }).weights).toEqual(
      run('fedavg', {}, { rounds: 1 }).weights,
    );
    expect(run('scaffold', settings, { rounds: 2 }).weights).not.toEqual(
      run('fedavg', {}, { rounds: 2 }).weights,
    );
  });

  it('FedBN without normalisation layers is FedAvg', () => {
    expect(run('fedbn').weights).toEqual(run('fedavg').weights);
  });

  it('FedBuff with a buffer for all and nobody stale is FedAvg', () => {
    const settings = { bufferSize: parts.length, population: parts.length };
    expect(run('fedbuff', settings).weights).toEqual(run('fedavg').weights);
  });

  it.each([
    ['trimmed-mean', { faulty: 0 }],
    ['bulyan', { faulty: 0 }],
  ] as const)('%s that expects no faults is the unweighted mean', (name, settings) => {
    const mean = run('fedavg', {}, { tamper: asOneEach });
    expect(run(name, settings).weights).toEqual(mean.weights);
  });

  it('centred clipping with an infinite radius is the unweighted mean in a first round', () => {
    const settings = { radius: Number.POSITIVE_INFINITY, iterations: 1 };
    const mean = run('fedavg', {}, { tamper: asOneEach, rounds: 1 });
    expect(run('centred-clipping', settings, { rounds: 1 }).weights).toEqual(mean.weights);
  });

  it('Multi-Krum that selects one is Krum', () => {
    expect(run('multi-krum', { faulty: 2, selected: 1 }).weights).toEqual(
      run('krum', { faulty: 2 }).weights,
    );
  });

  it('the median of two updates is their mean', () => {
    const tamper = (updates: readonly ClientUpdate[]): ClientUpdate[] =>
      asOneEach(updates).slice(0, 2);
    expect(run('median', {}, { tamper }).weights).toEqual(run('fedavg', {}, { tamper }).weights);
  });

  it('weights by examples do not matter where everyone has equally many', () => {
    const byExamples = run('fedavg', {}, { parts: equalParts }).weights;
    const trimmed = run('trimmed-mean', { faulty: 0 }, { parts: equalParts }).weights;
    expect(distance(byExamples, trimmed)).toBeLessThan(1e-6);
  });
});

describe('up to rounding', () => {
  it('centred clipping with an infinite radius stays the mean, whatever the centre', () => {
    const settings = { radius: Number.POSITIVE_INFINITY, iterations: 3 };
    const mean = run('fedavg', {}, { tamper: asOneEach });
    expect(distance(run('centred-clipping', settings).weights, mean.weights)).toBeLessThan(1e-5);
  });

  it.each([
    ['fedadam', { beta2: 1 - 1e-9 }],
    ['fedyogi', { beta2: 1 - 1e-9 }],
    ['fedadagrad', {}],
  ])(
    '%s with β₁ = 0, v at rest and a τ far above every change is FedAvg at the rate η / 2τ',
    (name, settings) => {
      const tau = 1e4;
      const adaptive = run(name, { ...settings, beta1: 0, tau, serverRate: 1000 });
      const plain = run('fedavg', { serverRate: 1000 / (2 * tau) });
      expect(distance(adaptive.weights, plain.weights)).toBeLessThan(1e-5);
      expect(distance(plain.weights, new Float32Array(PARAMETERS))).toBeGreaterThan(0.05);
    },
  );

  it('FedAdam with β₁ = β₂ = 0 moves each coordinate by η Δ / (|Δ| + τ)', () => {
    const strategy = createStrategy('fedadam', { beta1: 0, beta2: 0, tau: 0.25, serverRate: 0.5 });
    const start = startFederation(strategy, trainer);
    const { weights } = runRound(start, { strategy, trainer, parts });
    const delta = run('fedavg', {}, { rounds: 1 }).weights;
    const expected = delta.map((change) => (0.5 * change) / (Math.abs(change) + 0.25));
    expect(distance(weights, expected)).toBeLessThan(1e-6);
  });

  it('SCAFFOLD sets a control to the mean gradient that its participant saw', () => {
    // With one full-batch step, cᵢ⁺ is the gradient at the model that was sent.
    const strategy = createStrategy('scaffold', { population: parts.length });
    const training = { epochs: 1, batchSize: 1000, learningRate: 0.1, optimiser: 'sgd' } as const;
    const start = startFederation(strategy, trainer);
    const { state, memories } = runRound(start, { strategy, trainer, parts, training });
    const gradientOf = (part: Measurements): number[] => {
      const gradient = Array.from({ length: PARAMETERS }, () => 0);
      for (const { coordinate, scale, target } of part)
        gradient[coordinate] = (gradient[coordinate] as number) - (scale * target) / part.length;
      return gradient;
    };
    const own = memories['site-00']?.vectors.control ?? [];
    expect(distance(own, gradientOf(parts[0] as Measurements))).toBeLessThan(1e-6);
    const whole = gradientOf(parts.flat());
    expect(distance(state.vectors.control ?? [], whole)).toBeLessThan(1e-6);
  });
});
