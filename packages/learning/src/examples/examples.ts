import type { SparseRows } from '../features/sparse-rows.ts';

/**
 * What examples are labelled with: class indices, one a row, for softmax cross-entropy; for the
 * other losses rows × outputs numbers, which lie between 0 and 1 for binary cross-entropy.
 */
export type Targets = Uint16Array | Float32Array;

/** Examples of a fixed width, row by row; an image is its pixels row by row, channels innermost. */
export interface DenseExamples {
  /** rows × width. */
  readonly features: Float32Array;
  readonly width: number;
  readonly targets: Targets;
}

/** Examples of few features out of many, such as hashed n-grams or tokens. */
export interface SparseExamples {
  readonly rows: SparseRows;
  readonly targets: Targets;
}
