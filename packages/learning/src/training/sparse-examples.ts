import type { SparseRows } from '../features/sparse-rows.ts';

/** Examples as sparse rows: hashed n-grams or tokens with their values. */
export interface SparseExamples {
  readonly rows: SparseRows;
  /** One number a row: the index of a class, 0 or 1, or a value. */
  readonly targets: Uint16Array | Float32Array;
}
