import { log } from '../training/elementary.ts';
import type { FeaturiserSpec } from './featuriser-spec.ts';
import { createSparseRowsBuilder, type SparseRows } from './sparse-rows.ts';

/** Text to sparse vectors. Not safe to share between threads: it reuses its own buffers. */
export interface Featuriser {
  readonly spec: FeaturiserSpec;
  /**
   * Featurises one text into `indices` and `values`, which stay valid until the next call.
   * Returns how many of their entries are used; none for a text without a word.
   */
  featurise(text: string): number;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  featuriseAll(texts: readonly string[]): SparseRows;
}

const SPACE = 0x20;
/** Texts are cut here: no support ticket is longer, and it bounds the work for one request. */
export const MAX_TEXT_UNITS = 20_000;
const WORD_SEED = 0x2545f491;
const CHAR_SEED = 0x9e3779b1;
/** The 32-bit FNV prime: one multiplication a unit. */
const FNV_PRIME = 0x01000193;
const WORD_UNIT = /[\p{L}\p{M}\p{N}\p{Cs}]/u;
const LOG_TABLE_SIZE = 64;
/** 1 for every code unit that belongs to a word. */
const IS_WORD_UNIT: Uint8Array = Uint8Array.from({ length: 0x1_0000 }, (_, unit) =>
  WORD_UNIT.test(String.fromCharCode(unit)) ? 1 : 0,
);

/**
 * Builds the featuriser of a spec. An n-gram's hash is 32-bit FNV-1a over its UTF-16 code units
 * (of its words' hashes, for word n-grams) from a seed per kind, finished by MurmurHash3's fmix32;
 * the low bits are the index and bit 31 the sign.
 */
export function createFeaturiser(spec: FeaturiserSpec): Featuriser {
  const { dimension, signed, wordWeight } = spec;
  const [shortest, longest] = spec.charNgrams;
  const mask = dimension - 1;
  const sublinear = new Float64Array(LOG_TABLE_SIZE);
  for (let tf = 1; tf < LOG_TABLE_SIZE; tf++) sublinear[tf] = 1 + log(tf);

  // Words and characters count into separate halves, so that each can be scaled to length 1.
  const wordCounts = new Int32Array(dimension);
  const charCounts = new Int32Array(dimension);
  const wordTouched = new Uint32Array(dimension);
  const charTouched = new Uint32Array(dimension);
  const wordSeen = new Uint8Array(dimension);
  const charSeen = new Uint8Array(dimension);
  const indices = new Uint32Array(2 * dimension);
  const values = new Float32Array(2 * dimension);
  const units = new Uint16Array(MAX_TEXT_UNITS + 2);
  const recentWords = new Int32Array(3);
  let wordsTouched = 0;
  let charsTouched = 0;

  function countWord(hash: number): void {
    const mixed = fmix32(hash);
    const index = mixed & mask;
    if (wordSeen[index] === 0) {
      wordSeen[index] = 1;
      wordTouched[wordsTouched++] = index;
    }
    wordCounts[index] = (wordCounts[index] as number) + (signed && mixed < 0 ? -1 : 1);
  }

  function countChars(start: number, end: number): void {
    for (let from = start; from + shortest <= end; from++) {
      const stop = from + longest < end ? from + longest : end;
      let hash = CHAR_SEED | 0;
      for (let at = from; at < stop; at++) {
        hash = Math.imul(hash ^ (units[at] as number), FNV_PRIME);
        if (at - from + 1 < shortest) continue;
        const mixed = fmix32(hash);
        const index = mixed & mask;
        if (charSeen[index] === 0) {
          charSeen[index] = 1;
          charTouched[charsTouched++] = index;
        }
        charCounts[index] = (charCounts[index] as number) + (signed && mixed < 0 ? -1 : 1);
      }
    }
  }

  function count(text: string): void {
    const length = Math.min(text.length, MAX_TEXT_UNITS);
    let words = 0;
    let at = 0;
    while (at < length) {
      while (at < length && IS_WORD_UNIT[text.charCodeAt(at)] === 0) at++;
      if (at === length) break;
      // The word between two spaces, so that its n-grams know where it begins and ends.
      let filled = 1;
      let hash = WORD_SEED | 0;
      units[0] = SPACE;
      for (; at < length; at++) {
        const unit = text.charCodeAt(at);
        if (IS_WORD_UNIT[unit] === 0) break;
        units[filled++] = unit;
        hash = Math.imul(hash ^ unit, FNV_PRIME);
      }
      units[filled++] = SPACE;
      countChars(0, filled);
      countWord(hash);
      let ngram = hash;
      for (let back = 1; back < spec.wordNgrams && back <= words; back++) {
        const earlier = recentWords[(words - back) % 3] as number;
        ngram = Math.imul(fmix32(ngram) ^ earlier, FNV_PRIME);
        countWord(ngram);
      }
      recentWords[words % 3] = hash;
      words++;
    }
  }

  /** Writes one part, scaled to `length`, from `offset`; clears its counts; returns the end. */
  function writePart(part: Part, touched: number, offset: number, length: number): number {
    let end = offset;
    let squares = 0;
    for (let i = 0; i < touched; i++) {
      const index = part.touched[i] as number;
      const tf = part.counts[index] as number;
      part.counts[index] = 0;
      part.seen[index] = 0;
      if (tf === 0) continue;
      const size = tf < 0 ? -tf : tf;
      const value = size < LOG_TABLE_SIZE ? (sublinear[size] as number) : 1 + log(size);
      squares += value * value;
      indices[end] = index;
      values[end++] = tf < 0 ? -value : value;
    }
    const scale = squares === 0 ? 0 : length / Math.sqrt(squares);
    for (let i = offset; i < end; i++) values[i] = (values[i] as number) * scale;
    return end;
  }

  const wordPart: Part = { counts: wordCounts, touched: wordTouched, seen: wordSeen };
  const charPart: Part = { counts: charCounts, touched: charTouched, seen: charSeen };
  const whole = Math.sqrt(1 + wordWeight * wordWeight);

  const featurise = (text: string): number => {
    wordsTouched = 0;
    charsTouched = 0;
    count(text.normalize('NFKC').toLowerCase());
    const words = writePart(wordPart, wordsTouched, 0, wordWeight / whole);
    return writePart(charPart, charsTouched, words, 1 / whole);
  };

  return {
    spec,
    indices,
    values,
    featurise,
    featuriseAll: (texts) => {
      const rows = createSparseRowsBuilder(texts.length);
      for (const text of texts) rows.append(indices, values, featurise(text));
      return rows.build();
    },
  };
}

interface Part {
  readonly counts: Int32Array;
  readonly touched: Uint32Array;
  readonly seen: Uint8Array;
}

/** The finaliser of MurmurHash3 (Appleby, public domain): every input bit reaches every output bit. */
function fmix32(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
