import { describe, expect, it } from 'vitest';
import { comparePaired, wilsonInterval } from '../src/index.ts';

describe('wilsonInterval', () => {
  it('agrees with the worked values of Newcombe 1998, table I', () => {
    // 81 of 263, 15 of 148, 0 of 20, 1 of 29; score method without continuity correction.
    const cases: [number, number, number, number][] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ];
    for (const [successes, trials, low, high] of cases) {
      const interval = wilsonInterval(successes, trials);
      expect(interval.low).toBeCloseTo(low, 4);
      expect(interval.high).toBeCloseTo(high, 4);
    }
  });

  it('says nothing without trials', () => {
    expect(wilsonInterval(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
  });
});

describe('comparePaired', () => {
  const pairs = (
    both: number,
    onlyA: number,
    onlyB: number,
    none: number,
  ): [boolean[], boolean[]] => {
    const rows: [boolean, boolean][] = [
      ...Array.from({ length: both }, (): [boolean, boolean] => [true, true]),
      ...Array.from({ length: onlyA }, (): [boolean, boolean] => [true, false]),
      ...Array.from({ length: onlyB }, (): [boolean, boolean] => [false, true]),
      ...Array.from({ length: none }, (): [boolean, boolean] => [false, false]),
    ];
    return [rows.map(([a]) => a), rows.map(([, b]) => b)];
  };

  it('finds no difference between a classifier and itself', () => {
    const [hits] = pairs(30, 5, 0, 5);
    const result = comparePaired(hits, hits);
    expect(result.difference.value).toBe(0);
    expect(result.pValue).toBe(1);
  });

  it('gives the exact McNemar probability of a 1 to 9 split', () => {
    const result = comparePaired(...pairs(20, 1, 9, 10));
    expect(result.pValue).toBeCloseTo(2 * (11 / 1024), 12);
    expect(result.difference.value).toBeCloseTo(0.2, 12);
    expect(result.difference.low).toBeGreaterThan(0);
    expect(result.difference.high).toBeLessThan(0.4);
  });

  it('changes sign with the sides', () => {
    const [a, b] = pairs(20, 1, 9, 10);
    expect(comparePaired(b, a).difference.low).toBeCloseTo(
      -comparePaired(a, b).difference.high,
      12,
    );
  });
});
