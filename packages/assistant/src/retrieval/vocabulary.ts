/** Gives numbers to words and to pairs of neighbouring words while an index is built. */
export interface VocabularyBuilder {
  wordNumber(word: string): number;
  /** One number per neighbouring pair of `words` (numbers of this builder), in order. */
  pairNumbers(words: readonly number[]): number[];
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

/** Provisional pair keys: more words than a build can hold in a `Map`, and exact in a double. */
const PROVISIONAL_WORDS = 0x400_0000;

export function createVocabularyBuilder(): VocabularyBuilder {
  const words = new Map<string, number>();
  const pairs = new Map<number, number>();
  return {
    wordNumber: (word) => numberOf(words, word),
    pairNumbers(sequence) {
      const numbers: number[] = [];
      for (let i = 1; i < sequence.length; i++) {
        const key = pairKey(sequence[i - 1] as number, sequence[i] as number, PROVISIONAL_WORDS);
        numbers.push(numberOf(pairs, key));
      }
      return numbers;
    },
    build() {
      const sorted = [...words.keys()].sort();
      const wordNumbers = numberWords(sorted);
      const wordOrder = Uint32Array.from(words.keys(), (word) => wordNumbers.get(word) as number);
      const keys = Float64Array.from(pairs.keys(), (key) => {
        const second = key % PROVISIONAL_WORDS;
        const first = (key - second) / PROVISIONAL_WORDS;
        return pairKey(wordOrder[first] as number, wordOrder[second] as number, sorted.length);
      });
      const sortedKeys = keys.slice().sort();
      const pairOrder = Uint32Array.from(keys, (key) => findPair(sortedKeys, key));
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
