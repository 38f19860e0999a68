import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFeaturiser, DEFAULT_FEATURISER, parseFeaturiserSpec } from '../src/index.ts';

const featuriser = createFeaturiser(DEFAULT_FEATURISER);

/** Index to value, in ascending order of index. */
function vectorOf(text: string): [number, number][] {
  const length = featuriser.featurise(text);
  const entries = Array.from(
    { length },
    (_, i) => [featuriser.indices[i] as number, featuriser.values[i] as number] as [number, number],
  );
  return entries.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

describe('createFeaturiser', () => {
  it('gives length 1 to every text with a word, and nothing to one without', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const vector = vectorOf(text);
        const length = Math.sqrt(vector.reduce((sum, [, value]) => sum + value * value, 0));
        if (vector.length > 0) expect(length).toBeCloseTo(1, 5);
        else expect(text.normalize('NFKC').toLowerCase()).not.toMatch(/[a-z]{3}/);
        for (const [index, value] of vector) {
          expect(index).toBeLessThan(DEFAULT_FEATURISER.dimension);
          expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
    expect(vectorOf(' ,.!? ')).toEqual([]);
  });

  it('ignores case, spacing, punctuation and compatibility forms', () => {
    expect(vectorOf('My CARD,  was   lost!')).toEqual(vectorOf('my card was lost'));
    expect(vectorOf('ﬁne')).toEqual(vectorOf('fine'));
  });

  it('tells apart the order of words', () => {
    expect(vectorOf('card lost')).not.toEqual(vectorOf('lost card'));
  });

  it('forgets the text before', () => {
    const alone = vectorOf('refund my order');
    vectorOf('something else entirely, with many more words than before');
    expect(vectorOf('refund my order')).toEqual(alone);
  });

  it('keeps the bits of version 1, so that models stay readable', () => {
    const texts = [
      'I lost my card',
      'Überweisung fehlgeschlagen',
      '無法登入',
      'a',
      'x1 x1 x1',
      '😀 ok',
    ];
    const rows = featuriser.featuriseAll(texts);
    const hash = createHash('sha256');
    for (const part of [rows.offsets, rows.indices, rows.values])
      hash.update(new Uint8Array(part.buffer));
    expect(hash.digest('hex')).toBe(GOLDEN);
  });

  it('uses only the agreed space at any size', () => {
    const small = createFeaturiser({ ...DEFAULT_FEATURISER, dimension: 256 });
    const length = small.featurise('why was my card payment declined at the shop this morning');
    expect(length).toBeGreaterThan(20);
    expect(Math.max(...small.indices.subarray(0, length))).toBeLessThan(256);
  });
});

describe('parseFeaturiserSpec', () => {
  it('accepts its own default and refuses what is out of range', () => {
    expect(parseFeaturiserSpec(JSON.parse(JSON.stringify(DEFAULT_FEATURISER)))).toEqual(
      DEFAULT_FEATURISER,
    );
    for (const change of [
      { dimension: 1000 },
      { dimension: 2 ** 30 },
      { wordNgrams: 0 },
      { charNgrams: [5, 3] },
      { charNgrams: [3] },
      { signed: 'yes' },
      { wordWeight: 0 },
      { kind: 'bag' },
      { version: 2 },
    ]) {
      const spec = { ...DEFAULT_FEATURISER, ...change };
      expect(() => parseFeaturiserSpec(spec)).toThrow(/featuriser spec/);
    }
  });
});

const GOLDEN = 'bb232c7b62b392fc7efa97588483d498972bffb848c083b32700961f99b39252';
