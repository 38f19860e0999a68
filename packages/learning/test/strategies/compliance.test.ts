import { isDdaiError } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import {
  aggregateRound,
  type ClientUpdate,
  createStrategy,
  parseNamedState,
  STRATEGY_NAMES,
  type Strategy,
  type StrategyName,
  serialiseNamedState,
} from '../../src/index.ts';
import {
  type Federation,
  runRound,
  runRounds,
  similarParts,
  startFederation,
} from './federation.ts';
import { createLeastSquares, distance, minimumOf } from './least-squares.ts';

const PARTICIPANTS = 11;
const FAULTY = 2;
const PARAMETERS = 5;

/** Settings under which each strategy runs the suite; the others have defaults. */
const SETTINGS: Readonly<Record<StrategyName, Readonly<Record<string, number>>>> = {
  fedavg: {},
  fedavgm: { momentum: 0.5 },
  fedprox: { proximal: 0.1 },
  fedadam: { serverRate: 0.1, tau: 0.1 },
  fedyogi: { serverRate: 0.1, tau: 0.1 },
  fedadagrad: { serverRate: 0.5, tau: 0.1 },
  scaffold: { population: PARTICIPANTS },
  fedbn: {},
  fedbuff: { bufferSize: 4, population: PARTICIPANTS },
  median: { faulty: FAULTY },
  'trimmed-mean': { faulty: FAULTY },
  krum: { faulty: FAULTY },
  'multi-krum': { faulty: FAULTY, selected: 5 },
  bulyan: { faulty: FAULTY },
  'centred-clipping': { radius: 1, faulty: FAULTY },
};

const trainer = createLeastSquares(PARAMETERS);
const parts = similarParts(PARTICIPANTS, PARAMETERS);

const codeOf = (task: () => unknown): string => {
  try {
    task();
  } catch (error) {
    if (isDdaiError(error)) return error.code;
    throw error;
  }
  return 'nothing was thrown';
};

const updatesOf = (strategy: Strategy): readonly ClientUpdate[] => {
  let seen: readonly ClientUpdate[] = [];
  const tamper = (updates: readonly ClientUpdate[]): readonly ClientUpdate[] => {
    seen = updates;
    return updates;
  };
  runRound(startFederation(strategy, trainer), { strategy, trainer, parts, tamper });
  return seen;
};

/** As a coordinator and its participants that were killed and read their files again. */
const restored = (federation: Federation): Federation => ({
  ...federation,
  state: parseNamedState(serialiseNamedState(federation.state)),
  memories: Object.fromEntries(
    Object.entries(federation.memories).map(([name, memory]) => [
      name,
      parseNamedState(serialiseNamedState(memory)),
    ]),
  ),
});

describe.each(STRATEGY_NAMES)('%s', (name) => {
  const strategy = createStrategy(name, SETTINGS[name]);
  const options = { strategy, trainer, parts };

  it('comes to the known minimum of a convex problem', () => {
    const end = runRounds(startFederation(strategy, trainer), { ...options, rounds: 150 });
    expect(distance(end.weights, minimumOf(parts, PARAMETERS))).toBeLessThan(0.02);
  });

  it('gives the same bits whatever the order in which updates come', () => {
    const start = startFederation(strategy, trainer);
    const end = runRounds(start, { ...options, rounds: 3 });
    const tamper = (updates: readonly ClientUpdate[]): ClientUpdate[] => updates.toReversed();
    expect(runRounds(start, { ...options, tamper, rounds: 3 })).toEqual(end);
  });

  it('goes on to the same bits from what it stored', () => {
    const middle = runRounds(startFederation(strategy, trainer), { ...options, rounds: 2 });
    const end = runRounds(middle, { ...options, rounds: 3 });
    expect(runRounds(restored(middle), { ...options, rounds: 3 })).toEqual(end);
  });

  it('leaves model and state as they were handed in', () => {
    const middle = runRound(startFederation(strategy, trainer), options);
    const copy = structuredClone(middle);
    runRound(middle, options);
    expect(middle).toEqual(copy);
  });

  it('refuses fewer updates than its promise needs, and takes just as many', () => {
    const { fewestUpdates } = strategy;
    const { weights, state, version } = startFederation(strategy, trainer);
    const all = updatesOf(strategy);
    const run = (count: number) => () =>
      aggregateRound({ strategy, weights, state, version, updates: all.slice(0, count) });
    expect(codeOf(run(fewestUpdates - 1))).toBe('STRATEGY_TOO_FEW_UPDATES');
    expect(run(fewestUpdates)().weights).toHaveLength(PARAMETERS);
  });

  it('refuses an update that is not finite, of another length, or there twice', () => {
    const { weights, state, version } = startFederation(strategy, trainer);
    const updates = updatesOf(strategy);
    const [first, ...others] = updates as [ClientUpdate, ...ClientUpdate[]];
    const run = (update: ClientUpdate) => () =>
      aggregateRound({ strategy, weights, state, version, updates: [update, ...others] });
    const spoilt = first.delta.slice();
    spoilt[1] = Number.NaN;
    expect(codeOf(run({ ...first, delta: spoilt }))).toBe('UPDATE_NOT_FINITE');
    const short = first.delta.slice(1);
    expect(codeOf(run({ ...first, delta: short }))).toBe('UPDATE_WRONG_SHAPE');
    expect(codeOf(run(others[0] as ClientUpdate))).toBe('UPDATE_DUPLICATE');
  });

  it('refuses settings that it does not have and numbers out of range', () => {
    const settings = SETTINGS[name];
    expect(codeOf(() => createStrategy(name, { ...settings, colour: 1 }))).toBe('STRATEGY_INVALID');
    for (const serverRate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(codeOf(() => createStrategy(name, { ...settings, serverRate }))).toBe(
        'STRATEGY_INVALID',
      );
    for (const setting of Object.keys(settings))
      expect(codeOf(() => createStrategy(name, { ...settings, [setting]: -1 }))).toBe(
        'STRATEGY_INVALID',
      );
  });
});

describe('strategies with memory', () => {
  it.each(['fedavgm', 'fedadam', 'scaffold', 'centred-clipping'] as const)(
    '%s refuses the state of another model',
    (name) => {
      const strategy = createStrategy(name, SETTINGS[name]);
      const { weights, version } = startFederation(strategy, trainer);
      const updates = updatesOf(strategy);
      for (const state of [strategy.createState(PARAMETERS + 1), { vectors: {}, numbers: {} }])
        expect(codeOf(() => aggregateRound({ strategy, weights, state, version, updates }))).toBe(
          'STRATEGY_STATE_MALFORMED',
        );
    },
  );
});

describe('preconditions', () => {
  it.each([
    ['median', { faulty: 2 }, 5],
    ['trimmed-mean', { faulty: 2 }, 5],
    ['centred-clipping', { radius: 1, faulty: 2 }, 5],
    ['krum', { faulty: 2 }, 7],
    ['multi-krum', { faulty: 2, selected: 1 }, 7],
    ['multi-krum', { faulty: 2, selected: 6 }, 10],
    ['bulyan', { faulty: 2 }, 11],
  ] as const)('%s with %o needs %i updates', (name, settings, fewest) => {
    expect(createStrategy(name, settings).fewestUpdates).toBe(fewest);
  });

  it('refuses a buffer that never fills, more updates than participants, and unknown names', () => {
    expect(codeOf(() => createStrategy('fedbuff', { bufferSize: 5, population: 4 }))).toBe(
      'STRATEGY_INVALID',
    );
    const scaffold = createStrategy('scaffold', { population: PARTICIPANTS - 1 });
    expect(codeOf(() => updatesOf(scaffold))).toBe('STRATEGY_INVALID');
    expect(codeOf(() => createStrategy('toString'))).toBe('STRATEGY_INVALID');
  });
});
