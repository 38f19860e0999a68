import { createSeededRandom } from '@ddai/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyModelDelta,
  encodeModelDelta,
  modelDeltaLength,
  moveByDelta,
} from '../../src/compression/model-delta.ts';
import { coordinateBound } from '../../src/index.ts';

const change = fc
  .array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 700 })
  .map((values) => Float64Array.from(values));
const width = fc.integer({ min: 2, max: 16 });

describe('a model delta', () => {
  it('is within half a step of the change, a step being its block’s largest by the bound', () => {
    fc.assert(
      fc.property(change, width, (wanted, bits) => {
        const delta = encodeModelDelta({ change: wanted, bits });
        expect(delta).toHaveLength(modelDeltaLength(wanted.length, bits));
        const weights = applyModelDelta({ weights: new Float32Array(wanted.length), delta, bits });
        for (const [i, value] of wanted.entries()) {
          const start = Math.floor(i / 256) * 256;
          const block = wanted.subarray(start, start + 256);
          const step = Math.max(...block.map(Math.abs)) / coordinateBound(bits);
          expect(Math.abs((weights[i] as number) - value)).toBeLessThanOrEqual(
            step * 0.501 + 1e-30,
          );
        }
      }),
    );
  });

  it('leads to the same bits on both sides and loses nothing: the rest is left for later', () => {
    fc.assert(
      fc.property(change, width, fc.string(), (wanted, bits, seed) => {
        const random = createSeededRandom(seed);
        const before = Float32Array.from(wanted, () => random.next() - 0.5);
        const residual = Float32Array.from(wanted, () => random.next() - 0.5);
        const moved = moveByDelta({ weights: before, change: wanted, residual, bits });
        const received = applyModelDelta({ weights: before, delta: moved.delta, bits });
        expect(received).toEqual(moved.weights);
        for (const [i, value] of wanted.entries()) {
          const reached = (received[i] as number) + (moved.left[i] as number);
          const meant = (before[i] as number) + value + (residual[i] as number);
          expect(reached).toBeCloseTo(meant, 4);
        }
      }),
    );
  });

  it('follows a steady change exactly over many rounds, in two bits', () => {
    const wanted = Float64Array.of(1, 0.3, -0.07, 0);
    let weights: Float32Array = new Float32Array(4);
    let residual: Float32Array | undefined;
    for (let i = 0; i < 100; i++) {
      const moved = moveByDelta({ weights, change: wanted, residual, bits: 2 });
      weights = moved.weights;
      residual = moved.left;
    }
    for (const [i, value] of wanted.entries())
      expect(Math.abs((weights[i] as number) / 100 - value)).toBeLessThan(0.011);
  });

  it('of nothing but zeros changes nothing', () => {
    const weights = Float32Array.of(1, -2, 3);
    const delta = encodeModelDelta({ change: new Float64Array(3), bits: 4 });
    expect(applyModelDelta({ weights, delta, bits: 4 })).toEqual(weights);
  });

  it.each([
    ['another length', (delta: Uint8Array) => delta.subarray(1)],
    ['NaN for a scale', (delta: Uint8Array) => delta.with(3, 0xff).with(2, 0xff)],
    ['a negative scale', (delta: Uint8Array) => delta.with(3, (delta[3] as number) | 0x80)],
    ['filling bits that are set', (delta: Uint8Array) => delta.with(-1, 0xff)],
  ])('with %s is refused', (_name, change_) => {
    const delta = encodeModelDelta({ change: Float64Array.of(1, 2, 3), bits: 4 });
    const weights = new Float32Array(3);
    expect(() => applyModelDelta({ weights, delta: change_(delta), bits: 4 })).toThrow(
      expect.objectContaining({ code: 'MESSAGE_MALFORMED' }),
    );
  });
});
