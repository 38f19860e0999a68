import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coordinateBound, decodeSum, encodeUpdate, smallestModulusBits } from '../../src/index.ts';

const NO_SCALARS = { heldOut: 0, heldOutCorrect: 0, heldOutMilliLoss: 0, trainMilliLoss: 0 };
const scalars = { ...NO_SCALARS, weight: 10 };
const encodingOf = (bits: number, clip: number, participants = 1) => ({
  bits,
  modulusBits: smallestModulusBits(participants, bits),
  clip,
  maxExamples: 10,
});
const bits = fc.integer({ min: 2, max: 8 });
const values = (size: number) =>
  fc.array(fc.float({ min: Math.fround(-size), max: Math.fround(size), noNaN: true }), {
    minLength: 1,
    maxLength: 12,
  });

/** Encodes once and reads the result back. */
function round(
  update: readonly number[],
  residual: Float32Array,
  encoding: ReturnType<typeof encodingOf>,
  seed: string,
): { readonly decoded: Float64Array; readonly residual: Float32Array } {
  const encoded = encodeUpdate({
    update: Float32Array.from(update),
    scalars,
    encoding,
    seed,
    residual,
  });
  const sums = encoded.coordinates.map((value) => value % 2 ** encoding.modulusBits);
  const { weightedUpdate } = decodeSum({ sums, parameters: update.length, encoding });
  return { decoded: weightedUpdate, residual: encoded.residual as Float32Array };
}

describe('error feedback', () => {
  it('loses nothing: what is sent and what is kept add up to what was wanted', () => {
    fc.assert(
      fc.property(bits, values(20), values(20), fc.string(), (width, update, held, seed) => {
        const residual = Float32Array.from(update, (_, i) => held[i % held.length] as number);
        const { decoded, residual: next } = round(update, residual, encodingOf(width, 4), seed);
        for (const [i, change] of update.entries()) {
          const wanted = change + (residual[i] as number);
          expect((decoded[i] as number) + (next[i] as number)).toBeCloseTo(wanted, 4);
        }
      }),
    );
  });

  it('keeps the residual within half a step while updates and half a step fit in the clip', () => {
    fc.assert(
      fc.property(bits, fc.array(values(1), { minLength: 30, maxLength: 30 }), (width, updates) => {
        const clip = 4;
        const step = clip / coordinateBound(width);
        const fits = Math.max(0, clip - step / 2);
        let residual: Float32Array = new Float32Array(3);
        for (const [i, update] of updates.entries()) {
          const next = residual.map((_, at) => (update[at] ?? 0) * fits);
          ({ residual } = round([...next], residual, encodingOf(width, clip), `round-${i}`));
          for (const left of residual)
            expect(Math.abs(left)).toBeLessThanOrEqual((step / 2) * 1.001);
        }
      }),
    );
  });

  it('catches up with what a clip held back', () => {
    const encoding = encodingOf(4, 1);
    let residual: Float32Array = new Float32Array(1);
    let total = 0;
    for (let i = 0; i < 8; i++) {
      const result = round([i === 0 ? 5 : 0], residual, encoding, `round-${i}`);
      residual = result.residual;
      total += result.decoded[0] as number;
    }
    expect(total).toBeCloseTo(5, 5);
    expect(Math.abs(residual[0] as number)).toBeLessThan(1e-5);
  });

  it('makes the mean over many rounds exact, which two bits alone never are', () => {
    const encoding = encodingOf(2, 1);
    let residual: Float32Array = new Float32Array(1);
    let total = 0;
    for (let i = 0; i < 300; i++) {
      const result = round([0.137], residual, encoding, `round-${i}`);
      residual = result.residual;
      total += result.decoded[0] as number;
    }
    expect(Math.abs(total / 300 - 0.137)).toBeLessThan(1 / 300);
  });

  it('leaves nothing to chance: it rounds to the nearest step, whatever the seed', () => {
    const residual = Float32Array.of(0.2, -0.4, 0.05);
    const first = round([0.1, 0.3, -0.6], residual, encodingOf(3, 3), 'one seed');
    expect(round([0.1, 0.3, -0.6], residual, encodingOf(3, 3), 'another')).toEqual(first);
    expect([...first.decoded]).toEqual([0, 0, -1]);
  });

  it('never lets a sum wrap, whatever residuals have grown to', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 64 }),
        bits,
        fc.float({ min: -1e6, max: 1e6, noNaN: true }),
        (participants, width, held) => {
          const encoding = encodingOf(width, 1, participants);
          const { coordinates } = encodeUpdate({
            update: Float32Array.of(0),
            scalars,
            encoding,
            seed: 's',
            residual: Float32Array.of(held),
          });
          const sums = coordinates.map((value) => Math.imul(value, participants));
          const { weightedUpdate } = decodeSum({
            sums: sums.map((value) => (value >>> 0) % 2 ** encoding.modulusBits),
            parameters: 1,
            encoding,
          });
          const single = Math.max(-1, Math.min(1, held));
          const step = 1 / coordinateBound(width);
          expect(Math.abs((weightedUpdate[0] as number) / participants - single)).toBeLessThan(
            step * 1.0001,
          );
        },
      ),
    );
  });

  it('leaves the residual that it was given as it was', () => {
    const residual = Float32Array.of(0.3, -0.2);
    round([1, 1], residual, encodingOf(3, 1), 's');
    expect(residual).toEqual(Float32Array.of(0.3, -0.2));
  });
});
