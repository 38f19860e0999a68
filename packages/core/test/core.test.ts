import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  equalBytes,
  hexToBytes,
  utf8ToBytes,
} from '../src/bytes.ts';
import { DdaiError, isDdaiError } from '../src/errors.ts';
import { canonicalJson } from '../src/json.ts';
import { createSeededRandom } from '../src/random.ts';

describe('bytes', () => {
  it('come back from hexadecimal and from UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(hexToBytes(bytesToHex(bytes))).toEqual(bytes);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!text.startsWith('\uFEFF'));
        expect(bytesToUtf8(utf8ToBytes(text))).toBe(text);
      }),
    );
  });

  it('that are not what they should be are refused with a code', () => {
    expect(() => hexToBytes('abc')).toThrow(expect.objectContaining({ code: 'HEX_INVALID' }));
    expect(() => hexToBytes('zz')).toThrow(expect.objectContaining({ code: 'HEX_INVALID' }));
    expect(() => bytesToUtf8(new Uint8Array([0xff]))).toThrow(
      expect.objectContaining({ code: 'UTF8_INVALID' }),
    );
  });

  it('are equal only when length and every byte are', () => {
    const a = concatBytes(new Uint8Array([1]), new Uint8Array([2, 3]));

    expect(equalBytes(a, new Uint8Array([1, 2, 3]))).toBe(true);
    expect(equalBytes(a, new Uint8Array([1, 2, 4]))).toBe(false);
    expect(equalBytes(a, new Uint8Array([1, 2]))).toBe(false);
  });
});

describe('canonicalJson', () => {
  it('gives equal text for equal values, whatever the order of their members', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('writes bigints as decimal text and leaves undefined out', () => {
    expect(canonicalJson({ b: 2n ** 70n, a: undefined })).toBe('{"b":"1180591620717411303424"}');
  });
});

describe('seeded randomness', () => {
  it('repeats for a seed and differs between seeds', () => {
    const draw = (seed: string): number[] => {
      const random = createSeededRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };

    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('stays in its range and reaches all of it', () => {
    const random = createSeededRandom(7);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const drawn = random.below(10);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }

    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });

  it('shuffles without losing or doubling anything', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);

    expect([...createSeededRandom(1).shuffle([...items])].sort((a, b) => a - b)).toEqual(items);
  });
});

describe('errors', () => {
  it('are told apart by their code and keep their cause', () => {
    const cause = new Error('below');
    const error: unknown = new DdaiError({ code: 'SOME_CODE', message: 'above', cause });

    expect(isDdaiError(error, 'SOME_CODE')).toBe(true);
    expect(isDdaiError(error, 'OTHER')).toBe(false);
    expect(isDdaiError(cause)).toBe(false);
    expect((error as Error).cause).toBe(cause);
  });
});
