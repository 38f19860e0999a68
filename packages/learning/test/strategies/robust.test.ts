import { createSeededRandom } from '@ddai/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ATTACK_NAMES,
  aggregateRound,
  type ClientUpdate,
  checkUpdate,
  createAttack,
  createStrategy,
} from '../../src/index.ts';
import { runRounds, similarParts, startFederation } from './federation.ts';
import { createLeastSquares, distance, minimumOf } from './least-squares.ts';

const PARTICIPANTS = 11;
const FAULTY = 2;
const PARAMETERS = 5;
const trainer = createLeastSquares(PARAMETERS);
const parts = similarParts(PARTICIPANTS, PARAMETERS);
const honestMinimum = minimumOf(parts.slice(FAULTY), PARAMETERS);

const ROBUST = [
  ['median', { faulty: FAULTY }],
  ['trimmed-mean', { faulty: FAULTY }],
  ['krum', { faulty: FAULTY }],
  ['multi-krum', { faulty: FAULTY, selected: 5 }],
  ['bulyan', { faulty: FAULTY }],
  ['centred-clipping', { radius: 0.1, faulty: FAULTY }],
] as const;

/** The first two participants attack; what the intake refuses is left out, as in a job. */
const underAttack =
  (attackName: string) =>
  (updates: readonly ClientUpdate[]): ClientUpdate[] => {
    const attack = createAttack(attackName);
    const known = updates.slice(FAULTY).map(({ delta }) => delta);
    const sent = updates.map((update, i): ClientUpdate => {
      if (i >= FAULTY) return update;
      const random = createSeededRandom(`${attackName}/${i}`);
      const input = {
        own: update.delta,
        known,
        participants: PARTICIPANTS,
        faulty: FAULTY,
        random,
      };
      return { ...update, delta: attack(input) };
    });
    const intake = {
      participants: new Set(sent.map(({ participantId }) => participantId)),
      parameters: PARAMETERS,
      maxExamples: 1000,
      maxSteps: 1000,
      hasControls: false,
      version: updates[0]?.baseVersion ?? 0,
      maxStaleness: 0,
      taken: new Set<string>(),
    };
    return sent.filter((update) => checkUpdate(intake, update.participantId, update).isTaken);
  };

const missedBy = (name: string, settings: Readonly<Record<string, number>>, attack: string) => {
  const strategy = createStrategy(name, settings);
  const options = { strategy, trainer, parts, tamper: underAttack(attack), rounds: 60 };
  const { weights } = runRounds(startFederation(strategy, trainer), options);
  return distance(weights, honestMinimum);
};

describe.each(ATTACK_NAMES.filter((name) => name !== 'not-a-number'))('under %s', (attack) => {
  it.each(ROBUST)('%s stays near the minimum of the honest', (name, settings) => {
    expect(missedBy(name, settings, attack)).toBeLessThan(0.1);
  });
});

describe('the plain mean', () => {
  it.each(['large-noise', 'same-value'])('is carried away by %s', (attack) => {
    expect(missedBy('fedavg', {}, attack)).toBeGreaterThan(1);
  });
});

describe('NaN', () => {
  it.each(ROBUST)(
    'is refused at intake, and %s refuses to go on with too few',
    (name, settings) => {
      const strategy = createStrategy(name, settings);
      const { weights, state, version } = startFederation(strategy, trainer);
      const run = () =>
        runRounds(startFederation(strategy, trainer), {
          strategy,
          trainer,
          parts,
          tamper: underAttack('not-a-number'),
          rounds: 1,
        });
      if (strategy.fewestUpdates > PARTICIPANTS - FAULTY) expect(run).toThrow(/needs 11 updates/);
      else expect(run().weights).not.toEqual(weights);
      expect([state.numbers, version]).toEqual([{}, 0]);
    },
  );
});

/** Single coordinates as updates of one number each. */
const combine = (
  name: string,
  settings: Readonly<Record<string, number>>,
  values: readonly number[],
): number => {
  const strategy = createStrategy(name, settings);
  const updates = values.map((value, i) => ({
    participantId: `p${String(i).padStart(3, '0')}`,
    baseVersion: 0,
    examples: 1,
    steps: 1,
    delta: Float32Array.of(value),
  }));
  const weights = new Float32Array(1);
  const state = strategy.createState(1);
  return aggregateRound({ strategy, weights, state, version: 0, updates }).weights[0] as number;
};

describe('worked examples', () => {
  it.each([
    ['median', {}, [9, 1, 5], 5],
    ['median', {}, [9, 1, 5, 3], 4],
    ['trimmed-mean', { faulty: 1 }, [100, 1, 2, 3, -100], 2],
    // Scores with n − f − 2 = 2 neighbours: 0→1+4, 1→1+1, 2→1+4, 10→64+81, 50→1600+2304.
    ['krum', { faulty: 1 }, [0, 1, 2, 10, 50], 1],
    ['multi-krum', { faulty: 1, selected: 2 }, [0, 1, 2.5, 10, 50], 0.5],
    // θ = 5 picked of 7, then the 3 of them nearest to the median.
    ['bulyan', { faulty: 1 }, [1, 2, 3, 4, 5, 90, -90], 3],
    ['centred-clipping', { radius: 1, iterations: 1 }, [0.5, 10, -0.5, -0.5], 0.125],
  ] as const)('%s with %o of %o is %d', (name, settings, values, expected) => {
    expect(combine(name, settings, values)).toBeCloseTo(expected, 6);
  });
});

describe('properties', () => {
  const value = fc.float({ min: -1000, max: 1000, noNaN: true });

  it('with f faulty of n, median and trimmed mean stay within the honest values', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 5, maxLength: 20 }),
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), {
          minLength: 2,
          maxLength: 2,
        }),
        (honest, faulty) => {
          for (const name of ['median', 'trimmed-mean']) {
            const result = combine(name, { faulty: 2 }, [...honest, ...faulty]);
            expect(result).toBeGreaterThanOrEqual(Math.fround(Math.min(...honest)) - 1e-3);
            expect(result).toBeLessThanOrEqual(Math.fround(Math.max(...honest)) + 1e-3);
          }
        },
      ),
    );
  });

  it('Krum picks one of the updates; Bulyan stays within the range of the honest', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 9, maxLength: 15 }),
        fc.array(value, { minLength: 2, maxLength: 2 }),
        (honest, faulty) => {
          const all = [...honest, ...faulty];
          expect(all.map(Math.fround)).toContain(combine('krum', { faulty: 2 }, all));
          const bulyan = combine('bulyan', { faulty: 2 }, all);
          expect(bulyan).toBeGreaterThanOrEqual(Math.min(...honest) - 1e-3);
          expect(bulyan).toBeLessThanOrEqual(Math.max(...honest) + 1e-3);
        },
      ),
    );
  });

  it('one update moves centred clipping by no more than τ/n an iteration', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 3, maxLength: 12 }), value, (values, other) => {
        const settings = { radius: 2, iterations: 1 };
        const changed = [...values.slice(1), other];
        const before = combine('centred-clipping', settings, [
          values[0] as number,
          ...values.slice(1),
        ]);
        const after = combine('centred-clipping', settings, changed);
        expect(Math.abs(after - before)).toBeLessThanOrEqual((2 * 2) / values.length + 1e-3);
      }),
    );
  });
});
