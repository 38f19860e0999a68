/** What the operations of the reference kernel share: its memory, and rounding to its precision. */
export interface ReferenceMemory {
  elements: Float32Array | Float64Array;
  readonly round: (value: number) => number;
}
