/** Numbers appended one by one: pieces of a fixed size, so that growing copies nothing. */
export interface NumberLog {
  readonly length: number;
  push(value: number): void;
  at(index: number): number;
  /** Gives the memory back. */
  clear(): void;
}

const PIECE_BITS = 18;
const PIECE = 2 ** PIECE_BITS;
const WITHIN_PIECE = PIECE - 1;

/** A log of whole numbers below 2^32, or below 2^8 with `Uint8Array`. */
export function createNumberLog(
  Type: Uint32ArrayConstructor | Uint8ArrayConstructor = Uint32Array,
): NumberLog {
  let pieces: (Uint32Array | Uint8Array)[] = [];
  let last: Uint32Array | Uint8Array = new Type(0);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(value) {
      const at = length & WITHIN_PIECE;
      if (at === 0) {
        last = new Type(PIECE);
        pieces.push(last);
      }
      last[at] = value;
      length += 1;
    },
    at: (index) => (pieces[index >>> PIECE_BITS] as Uint32Array)[index & WITHIN_PIECE] as number,
    clear() {
      pieces = [];
      last = new Type(0);
      length = 0;
    },
  };
}
