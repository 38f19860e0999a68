/**
 * Examples whose features are all present: row r holds `features[r * width]` to
 * `features[(r + 1) * width - 1]`.
 */
export interface DenseExamples {
  readonly features: Float32Array;
  /** Features a row. */
  readonly width: number;
  /** One a row: the index of its class, 0 or 1, or a number. */
  readonly targets: Float32Array;
}

/** The rows named by `rows`, in that order, copied. */
export function selectExamples(examples: DenseExamples, rows: ArrayLike<number>): DenseExamples {
  const { width } = examples;
  const features = new Float32Array(rows.length * width);
  const targets = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    features.set(examples.features.subarray(row * width, (row + 1) * width), i * width);
    targets[i] = examples.targets[row] as number;
  }
  return { features, width, targets };
}
