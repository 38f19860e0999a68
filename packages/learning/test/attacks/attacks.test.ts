import { createSeededRandom } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/attacks/normal-quantile.ts';
import {
  ATTACK_NAMES,
  type AttackInput,
  createAttack,
  createInnerProduct,
  createLargeNoise,
  createLittleIsEnough,
  createSameValue,
  createSignFlip,
  flipLabels,
} from '../../src/index.ts';

const input = (): AttackInput => ({
  own: Float32Array.of(1, -2),
  known: [Float32Array.of(0, -4), Float32Array.of(2, 0)],
  participants: 50,
  faulty: 12,
  random: createSeededRandom('attack'),
});

describe('attacks', () => {
  it.each(ATTACK_NAMES)('%s leaves what it knows as it was and repeats itself', (name) => {
    const given = input();
    const first = createAttack(name)(given);
    expect(given).toMatchObject({ own: input().own, known: input().known });
    expect(createAttack(name)(input())).toEqual(first);
    expect(first).toHaveLength(2);
  });

  it('turn the sign, the mean, or send one number', () => {
    expect([...createSignFlip({ scale: 3 })(input())]).toEqual([-3, 6]);
    expect([...createInnerProduct({ epsilon: 0.5 })(input())]).toEqual([-0.5, 1]);
    expect([...createSameValue({ value: 7 })(input())]).toEqual([7, 7]);
    expect([...createAttack('not-a-number')(input())]).toEqual([Number.NaN, Number.NaN]);
  });

  it('a little is enough: μ − z σ with the paper’s z', () => {
    expect([...createLittleIsEnough({ shift: 1.5 })(input())]).toEqual([-0.5, -5]);
    // n = 50, f = 12: s = 26 − 12 = 14, Φ(z) = (38 − 14) / 38.
    const [first] = createLittleIsEnough()(input());
    expect(first).toBeCloseTo(1 - normalQuantile(24 / 38), 6);
    const majority = { ...input(), participants: 4, faulty: 3 };
    expect(createLittleIsEnough()(majority).every(Number.isFinite)).toBe(true);
  });

  it('noise has the deviation that was asked for', () => {
    const own = new Float32Array(20_000);
    const noise = createLargeNoise({ deviation: 3 })({ ...input(), own });
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    expect(Math.sqrt(variance)).toBeCloseTo(3, 1);
  });

  it('labels change places, and twice come back', () => {
    const targets = Uint16Array.of(0, 1, 4);
    expect([...flipLabels(targets, 5)]).toEqual([4, 3, 0]);
    expect(flipLabels(flipLabels(targets, 5), 5)).toEqual(targets);
    expect(() => flipLabels(targets, 4)).toThrow(/target 4 of 4/);
  });

  it('refuse unknown names and strengths that are none', () => {
    const invalid = expect.objectContaining({ code: 'ATTACK_INVALID' });
    expect(() => createAttack('constructor')).toThrow(invalid);
    expect(() => createSignFlip({ scale: 0 })).toThrow(invalid);
    expect(() => createLargeNoise({ deviation: Number.NaN })).toThrow(invalid);
  });
});

describe('the normal quantile', () => {
  it.each([
    [0.5, 0],
    [0.975, 1.959963985],
    [0.025, -1.959963985],
    [0.8413447461, 1],
    [0.999, 3.090232306],
  ])('at %d is %d', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 7);
  });
});
