import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  areaUnderCurve,
  compareRecords,
  compareSeeds,
  parseSimulationRecord,
  type SimulationRecord,
} from '../src/index.ts';
import { studentQuantile } from '../src/statistics/student-quantile.ts';
import { refusalOf } from './refusal.ts';

function recordOf(
  accuracies: readonly number[],
  more: Partial<SimulationRecord> = {},
): SimulationRecord {
  return {
    format: 'ddai-simulation-1',
    settings: { strategy: 'fedavg' },
    task: 'class',
    testDigest: 'd',
    testExamples: 100,
    bytesPerClientRound: 8,
    seeds: accuracies.map((accuracy, i) => ({
      seed: String(i + 1),
      trainLoss: [1, 0.5],
      testLoss: [1, 1 - accuracy],
      accuracy: [0.1, accuracy],
      refusedUpdates: 0,
      modelHash: 'h',
    })),
    ...more,
  };
}

describe('comparing two runs', () => {
  it('gives the paired t interval of a worked example', () => {
    // Differences 1, 2, 3: mean 2, s = 1, t(2) = 4.3027, half width 4.3027 / √3.
    const { difference, seeds } = compareSeeds([0, 0, 0], [1, 2, 3]);
    expect(seeds).toBe(3);
    expect(difference.value).toBe(2);
    expect(difference.high - 2).toBeCloseTo(2.4842, 4);
    expect(2 - difference.low).toBeCloseTo(2.4842, 4);
  });

  it('says which is better, by how much and how sure', () => {
    const a = recordOf([0.8, 0.82, 0.81, 0.79, 0.83]);
    const b = recordOf([0.81, 0.828, 0.817, 0.8, 0.835]);
    const comparison = compareRecords(a, b);
    expect(comparison.verdict).toBe('candidate');
    expect(comparison.words).toBe(
      'B is better by 0.8 points of accuracy (95 % interval 0.5 to 1.1, 5 seeds)',
    );
    expect(compareRecords(b, a).words).toBe(
      'A is better by 0.8 points of accuracy (95 % interval 0.5 to 1.1, 5 seeds)',
    );
  });

  it('claims nothing while the interval holds 0', () => {
    const comparison = compareRecords(recordOf([0.8, 0.9]), recordOf([0.82, 0.89]));
    expect(comparison.verdict).toBe('none');
    expect(comparison.words).toMatch(/^no difference shown: B − A is 0\.5 points of accuracy/);
  });

  it('pairs by seed, in any order and beside seeds that only one has', () => {
    const a = recordOf([0.5, 0.6, 0.7]);
    const b = recordOf([0.51, 0.61, 0.71, 0.1]);
    const { difference, seeds } = compareRecords(a, { ...b, seeds: b.seeds.toReversed() });
    expect(seeds).toBe(3);
    expect(difference.value).toBeCloseTo(0.01, 12);
  });

  it('takes the lower loss as the better where there are no classes', () => {
    const a = recordOf([0.2, 0.3], { task: 'number' });
    const b = recordOf([0.4, 0.501], { task: 'number' });
    expect(compareRecords(a, b)).toMatchObject({ measure: 'loss', verdict: 'candidate' });
  });

  it.each([
    ['different tests', recordOf([0.1, 0.2], { testDigest: 'other' })],
    ['one seed', recordOf([0.1])],
    ['other tasks', recordOf([0.1, 0.2], { task: 'number' })],
  ])('refuses %s', async (_, other) => {
    const error = await refusalOf(() => compareRecords(recordOf([0.1, 0.2]), other));
    expect(error.code).toBe('RUNS_NOT_COMPARABLE');
  });

  it('reads back what was written, and refuses what was not', async () => {
    const record = recordOf([0.1, 0.2]);
    expect(parseSimulationRecord(JSON.parse(JSON.stringify(record)), 'a.json')).toEqual(record);
    const broken: readonly unknown[] = [
      null,
      [],
      {},
      { ...record, seeds: [] },
      { ...record, seeds: [{ ...record.seeds[0], accuracy: [null] }] },
      { ...record, seeds: [{ ...record.seeds[0], seed: 1 }] },
      { ...record, testExamples: 'many' },
      { ...record, task: 'guess' },
    ];
    for (const input of broken) {
      const error = await refusalOf(() => parseSimulationRecord(input, 'a.json'));
      expect(error.code).toBe('RUNS_NOT_COMPARABLE');
    }
  });
});

describe('studentQuantile', () => {
  it('agrees with printed tables, and falls towards the normal quantile', () => {
    expect(studentQuantile(1)).toBeCloseTo(12.706, 3);
    expect(studentQuantile(40)).toBeCloseTo(2.0211, 3);
    expect(studentQuantile(120)).toBeCloseTo(1.9799, 3);
    for (let n = 1; n < 100; n++)
      expect(studentQuantile(n)).toBeGreaterThan(studentQuantile(n + 1));
  });
});

describe('areaUnderCurve', () => {
  it('is the share of pairs in the right order, ties counting half', () => {
    const scored = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.boolean()), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(scored, (pairs) => {
        const scores = pairs.map(([score]) => score);
        const targets = pairs.map(([, isPositive]) => Number(isPositive));
        let [right, all] = [0, 0];
        for (const [a, positive] of pairs) {
          for (const [b, other] of pairs) {
            if (!positive || other) continue;
            all += 1;
            right += a > b ? 1 : a === b ? 0.5 : 0;
          }
        }
        const area = areaUnderCurve(scores, targets);
        if (all === 0) expect(area).toBeNaN();
        else expect(area).toBeCloseTo(right / all, 10);
      }),
    );
  });
});
