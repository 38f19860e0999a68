import type { Targets } from '../examples/examples.ts';

/** What flat examples of any kind have: who owns which rows, and what is to be predicted. */
export interface FlatRows {
  /** As in `DenseExamples`. */
  readonly targets: Targets;
  /** Participant p holds rows `starts[p]` to `starts[p + 1] - 1`. */
  readonly starts: Uint32Array;
}

/** Zeros in memory that threads share. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** Room for `length` targets of the kind that `targets` are, in memory that threads share. */
export function sharedTargets(targets: Targets, length: number): Targets {
  return targets instanceof Uint16Array
    ? new Uint16Array(new SharedArrayBuffer(length * Uint16Array.BYTES_PER_ELEMENT))
    : sharedFloats(length);
}
