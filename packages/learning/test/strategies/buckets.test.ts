import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aggregateRound,
  assertBucketsSuffice,
  bucketToUpdate,
  type ClientUpdate,
  createBulyan,
  createCoordinateMedian,
  createFedAvg,
  drawBuckets,
  nodeCryptoSuite,
  sumUpdates,
} from '../../src/index.ts';

const suite = nodeCryptoSuite;
const namesOf = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `operator-${String(i).padStart(3, '0')}`);

describe('buckets', () => {
  it('hold every operator once, at least s each, and sizes differ by one at most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 9 }),
        fc.integer({ min: 9, max: 80 }),
        fc.string(),
        (size, count, randomness) => {
          const operators = namesOf(count);
          const buckets = drawBuckets({ suite, operators, size, randomness });
          expect(buckets.flatMap((bucket) => bucket.operators).sort()).toEqual(operators);
          const sizes = buckets.map((bucket) => bucket.operators.length);
          expect(Math.min(...sizes)).toBeGreaterThanOrEqual(size);
          // One bucket may take fewer than s that are left over.
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('follow from the randomness alone, whatever the order of the operators', () => {
    const operators = namesOf(20);
    const draw = (names: readonly string[], randomness: string) =>
      drawBuckets({ suite, operators: names, size: 5, randomness });
    expect(draw(operators.toReversed(), 'block 1')).toEqual(draw(operators, 'block 1'));
    expect(draw(operators, 'block 2')).not.toEqual(draw(operators, 'block 1'));
  });

  it.each([
    [4, namesOf(20)],
    [5, namesOf(4)],
    [5, [...namesOf(9), 'operator-000']],
    [5.5, namesOf(20)],
  ])('of %d are refused for these operators', (size, operators) => {
    expect(() => drawBuckets({ suite, operators, size, randomness: 'r' })).toThrow(
      expect.objectContaining({ code: 'BUCKETS_INVALID' }),
    );
  });

  it('need n ≥ s (4f + 3) operators', () => {
    const strategy = createCoordinateMedian({ faulty: 1 });
    const check =
      (operators: number, faulty = 1, size = 5) =>
      () =>
        assertBucketsSuffice({ strategy, operators, size, faulty });
    expect(check(35)).not.toThrow();
    for (const bad of [check(34), check(54, 2), check(35, -1), check(1000, 1, 4)])
      expect(bad).toThrow(expect.objectContaining({ code: 'BUCKETS_INVALID' }));
    expect(() =>
      assertBucketsSuffice({
        strategy: createBulyan({ faulty: 2 }),
        operators: 35,
        size: 5,
        faulty: 1,
      }),
    ).toThrow(expect.objectContaining({ code: 'STRATEGY_TOO_FEW_UPDATES' }));
  });

  it('let a filter drop a spoilt bucket that the mean of all would follow', () => {
    const operators = namesOf(35);
    const updates = operators.map(
      (participantId, i): ClientUpdate => ({
        participantId,
        baseVersion: 0,
        examples: 10 + (i % 3),
        steps: 1,
        delta: Float32Array.of(i === 17 ? 1e6 : 1 + (i % 5) * 0.01),
      }),
    );
    const buckets = drawBuckets({ suite, operators, size: 5, randomness: 'block' });
    const means = buckets.map((bucket) =>
      bucketToUpdate({
        bucket,
        sum: sumUpdates(updates.filter((u) => bucket.operators.includes(u.participantId))),
        version: 0,
      }),
    );
    const weights = new Float32Array(1);
    const strategy = createCoordinateMedian({ faulty: 1 });
    const start = { weights, state: strategy.createState(1), version: 0 };
    const filtered = aggregateRound({ ...start, strategy, updates: means });
    expect(filtered.weights[0]).toBeCloseTo(1.02, 1);
    const mean = aggregateRound({ ...start, strategy: createFedAvg(), updates: means });
    expect(mean.weights[0]).toBeGreaterThan(1e4);
  });

  it('whose sum has no weight is refused', () => {
    const sum = { participants: 5, weight: 0, delta: new Float64Array(1) };
    const bucket = { name: 'bucket-0000', operators: namesOf(5) };
    expect(() => bucketToUpdate({ bucket, sum, version: 0 })).toThrow(/without weight/);
  });
});
