/** Examples with `width` numbers each, row by row. */
export interface DenseExamples {
  /** rows × width; images as height × width × channels. */
  readonly features: Float32Array;
  readonly width: number;
  /** One number a row: the index of a class, 0 or 1, or a value. */
  readonly targets: Float32Array;
}
