/** What flat examples of any kind have: who owns which rows, and what is to be predicted. */
export interface FlatRows {
  /** One number a row: the index of a class, 0 or 1, or a value. */
  readonly targets: Float32Array;
  /** Participant p holds rows `starts[p]` to `starts[p + 1] - 1`. */
  readonly starts: Uint32Array;
}

/** Zeros in memory that threads share. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}
