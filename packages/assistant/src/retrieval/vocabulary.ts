import { createPairTable } from './pair-table.ts';

/** Gives numbers to words and to pairs of neighbouring words while an index is built. */
export interface VocabularyBuilder {
  wordNumber(word: string): number;
  /** One number per neighbouring pair of `words` (numbers of this builder), in order. */
  pairNumbers(words: readonly number[]): number[];
  /** Ends the build: what it held is given back. */
  build(): Vocabulary & { readonly wordOrder: Uint32Array; readonly pairOrder: Uint32Array };
}

/** The words and pairs of an index, in an order that depends on the set only. */
export interface Vocabulary {
  /** Ascending by code units; a word's number is its place. */
  readonly words: readonly string[];
  readonly wordNumbers: ReadonlyMap<string, number>;
  /** Ascending {@link pairKey}s; a pair's number is its place. */
  readonly pairs: Float64Array;
}

/** A pair of word numbers as one number, exact up to 94 million words. */
export function pairKey(first: number, second: number, wordCount: number): number {
  return first * wordCount + second;
}

export function createVocabularyBuilder(): VocabularyBuilder {
  const words = new Map<string, number>();
  let pairs = createPairTable();
  return {
    wordNumber: (word) => numberOf(words, word),
    pairNumbers(sequence) {
      const numbers: number[] = [];
      for (let i = 1; i < sequence.length; i++)
        numbers.push(pairs.numberOf(sequence[i - 1] as number, sequence[i] as number));
      return numbers;
    },
    build() {
      const sorted = [...words.keys()].sort();
      const wordNumbers = numberWords(sorted);
      const wordOrder = Uint32Array.from(words.keys(), (word) => wordNumbers.get(word) as number);
      const keyOf = (first: number, second: number): number =>
        pairKey(wordOrder[first] as number, wordOrder[second] as number, sorted.length);
      const sortedKeys = new Float64Array(pairs.size);
      pairs.forEach((first, second, number) => {
        sortedKeys[number] = keyOf(first, second);
      });
      sortedKeys.sort();
      const pairOrder = new Uint32Array(pairs.size);
      pairs.forEach((first, second, number) => {
        pairOrder[number] = findPair(sortedKeys, keyOf(first, second));
      });
      pairs = createPairTable(); // The old one takes a quarter of all that a build needs.
      return { words: sorted, wordNumbers, pairs: sortedKeys, wordOrder, pairOrder };
    },
  };
}

export function numberWords(words: readonly string[]): Map<string, number> {
  return new Map(words.map((word, number) => [word, number]));
}

/** The number of the pair with this key, or -1. */
export function findPair(pairs: Float64Array, key: number): number {
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return pairs[low] === key ? low : -1;
}

function numberOf<Key>(numbers: Map<Key, number>, key: Key): number {
  let number = numbers.get(key);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(key, number);
  }
  return number;
}
