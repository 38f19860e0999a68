/**
 * Numbers for pairs of numbers, in the order in which they first come. Open addressing with linear
 * probing in typed arrays: the pairs of 28,000 pages are ten million, and a `Map` of them takes more
 * memory than the whole index.
 */
export interface PairTable {
  readonly size: number;
  /** The number of a pair of whole numbers below 2^26; a new one when it has none. */
  numberOf(first: number, second: number): number;
  forEach(visit: (first: number, second: number, number: number) => void): void;
}

/** Keys are exact in a double: 2^26 times 2^26 is below 2^53. */
const RADIX = 2 ** 26;
const FREE = -1;
const FIRST_CAPACITY = 2 ** 12;
/** Filled beyond this share, it doubles. */
const MOST_FILLED = 0.6;

export function createPairTable(): PairTable {
  let keys = new Float64Array(FIRST_CAPACITY).fill(FREE);
  let numbers = new Uint32Array(FIRST_CAPACITY);
  let size = 0;

  /** Where the key is, or where it would be put. */
  const slotOf = (key: number, first: number, second: number): number => {
    let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca77);
    hash ^= hash >>> 15;
    const mask = keys.length - 1;
    let slot = hash & mask;
    while (keys[slot] !== FREE && keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  };

  const forEach: PairTable['forEach'] = (visit) => {
    for (let slot = 0; slot < keys.length; slot++) {
      const key = keys[slot] as number;
      if (key === FREE) continue;
      const second = key % RADIX;
      visit((key - second) / RADIX, second, numbers[slot] as number);
    }
  };

  const grow = (): void => {
    const [oldKeys, oldNumbers] = [keys, numbers];
    keys = new Float64Array(oldKeys.length * 2).fill(FREE);
    numbers = new Uint32Array(oldKeys.length * 2);
    oldKeys.forEach((key, old) => {
      if (key === FREE) return;
      const second = key % RADIX;
      const slot = slotOf(key, (key - second) / RADIX, second);
      keys[slot] = key;
      numbers[slot] = oldNumbers[old] as number;
    });
  };

  return {
    get size() {
      return size;
    },
    numberOf(first, second) {
      const key = first * RADIX + second;
      let slot = slotOf(key, first, second);
      if (keys[slot] === key) return numbers[slot] as number;
      if (size + 1 > keys.length * MOST_FILLED) {
        grow();
        slot = slotOf(key, first, second);
      }
      keys[slot] = key;
      numbers[slot] = size;
      size += 1;
      return size - 1;
    },
    forEach,
  };
}
