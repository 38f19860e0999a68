import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPacked, packBits, packedLength } from '../src/aggregation/bit-packing.ts';
import {
  assertModulusFits,
  coordinateBound,
  decodeSum,
  encodeUpdate,
  smallestModulusBits,
} from '../src/index.ts';

const scalars = {
  weight: 10,
  heldOut: 2,
  heldOutCorrect: 1,
  heldOutMilliLoss: 4_000_000_000,
  trainMilliLoss: 7,
};

describe('bit packing', () => {
  it('gives every value back at every width', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 32 }),
        fc.uint32Array({ maxLength: 70 }),
        fc.uint32Array({ maxLength: 70 }),
        (bits, a, b) => {
          const mask = 2 ** bits;
          const packed = packBits(a, bits);
          expect(packed).toHaveLength(packedLength(a.length, bits));
          const sums = new Uint32Array(a.length);
          addPacked(sums, packed, bits);
          expect([...sums]).toEqual([...a].map((value) => value % mask));
          const base = Uint32Array.from(a, (_, i) => b[i] ?? 0);
          const expected = [...base].map(
            (value, i) => (value + ((a[i] as number) % mask)) % 2 ** 32,
          );
          addPacked(base, packed, bits);
          expect([...base]).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses another length and filling bits that are set', () => {
    expect(() => addPacked(new Uint32Array(3), new Uint8Array(3), 9)).toThrow(/length/);
    expect(() => addPacked(new Uint32Array(1), Uint8Array.of(0, 0x80), 9)).toThrow(/filling/);
  });
});

describe('update encoding', () => {
  it('is within one step of the weighted update, and right on average', () => {
    const encoding = { bits: 8, modulusBits: 8, clip: 2, maxExamples: 20 };
    const step = encoding.clip / coordinateBound(encoding.bits);
    const update = Float32Array.of(0.5, -1.3, 0, 0.01, 1.99);
    const total = new Float64Array(update.length);
    const repeats = 4000;
    for (let i = 0; i < repeats; i++) {
      const { coordinates } = encodeUpdate({ update, scalars, encoding, seed: `s${i}` });
      const { weightedUpdate } = decodeSum({
        sums: coordinates,
        parameters: update.length,
        encoding,
      });
      weightedUpdate.forEach((value, at) => {
        expect(Math.abs(value - 0.5 * (update[at] as number))).toBeLessThanOrEqual(step * 1.0001);
        total[at] = (total[at] as number) + value;
      });
    }
    update.forEach((value, at) => {
      expect(Math.abs((total[at] as number) / repeats - 0.5 * value)).toBeLessThan(step * 0.05);
    });
    expect(total[2]).toBe(0);
  });

  it('never wraps in a modulus that the terms allow: sums of extremes come back exactly', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 128 }),
        fc.integer({ min: 2, max: 20 }),
        fc.constantFrom(1, -1),
        (participants, bits, sign) => {
          const modulusBits = smallestModulusBits(participants, bits);
          const encoding = { bits, modulusBits, clip: 1, maxExamples: 10 };
          assertModulusFits(participants, encoding);
          const update = Float32Array.of(sign * 1e9);
          const { coordinates, clipped } = encodeUpdate({ update, scalars, encoding, seed: 's' });
          expect(clipped).toBe(1);
          const sums = coordinates.map((value) => Math.imul(value, participants));
          const modulus = 2 ** modulusBits;
          const wrapped = sums.map((value) => value % modulus);
          const decoded = decodeSum({ sums: wrapped, parameters: 1, encoding });
          expect(decoded.weightedUpdate[0]).toBeCloseTo(sign * participants, 6);
          expect(decoded.scalars.weight).toBe(scalars.weight * participants);
          expect(decoded.scalars.heldOutMilliLoss).toBe(scalars.heldOutMilliLoss * participants);
        },
      ),
    );
  });

  it('refuses a modulus one bit too small', () => {
    const bits = 13;
    const modulusBits = smallestModulusBits(6, bits) - 1;
    const encoding = { bits, modulusBits, clip: 1, maxExamples: 1 };
    expect(() => assertModulusFits(6, encoding)).toThrow(/need a modulus of 16/);
  });

  it('refuses NaN and infinite coordinates and scalars out of range', () => {
    const encoding = { bits: 8, modulusBits: 12, clip: 2, maxExamples: 20 };
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const update = Float32Array.of(0, bad);
      expect(() => encodeUpdate({ update, scalars, encoding, seed: 's' })).toThrow(/coordinate 1/);
    }
    const update = Float32Array.of(0);
    for (const weight of [-1, 0.5, 2 ** 32, Number.NaN]) {
      const wrong = { ...scalars, weight };
      expect(() => encodeUpdate({ update, scalars: wrong, encoding, seed: 's' })).toThrow(/weight/);
    }
  });
});
