/** Fills and returns a new array of `length` bytes from the system's cryptographic generator. */
export type RandomBytes = (length: number) => Uint8Array;

/** `crypto.getRandomValues`, in the 65,536-byte pieces that it allows. */
export const systemRandomBytes: RandomBytes = (length) => {
  const bytes = new Uint8Array(length);
  for (let offset = 0; offset < length; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, Math.min(offset + 65_536, length)));
  }
  return bytes;
};

/** A stream of numbers for simulations and splits; never for keys. */
export interface SeededRandom {
  /** Uniform in [0, 1) with 32 bits. */
  next(): number;
  /** Uniform whole number in [0, bound), 1 <= bound <= 2^32. */
  below(bound: number): number;
  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T>(items: T[]): T[];
}

/** The same seed gives the same stream everywhere: SplitMix32 over a hashed seed. */
export function createSeededRandom(seed: number | string): SeededRandom {
  let state = fnv1a(String(seed));
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    z ^= z >>> 15;
    return (z >>> 0) / 0x1_0000_0000;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const shuffle = <T>(items: T[]): T[] => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = below(i + 1);
      const held = items[i] as T;
      items[i] = items[j] as T;
      items[j] = held;
    }
    return items;
  };
  return { next, below, shuffle };
}

/** 32-bit FNV-1a of the UTF-16 code units; mixes a seed, hashes nothing of value. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash | 0;
}
