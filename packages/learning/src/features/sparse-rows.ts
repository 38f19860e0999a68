/** Sparse vectors in compressed rows: row r holds the entries from offsets[r] to offsets[r + 1]. */
export interface SparseRows {
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** Collects sparse rows into arrays that double when they are full. */
export interface SparseRowsBuilder {
  /** Copies one row: the first `length` entries of both arrays. */
  append(indices: Uint32Array, values: Float32Array, length: number): void;
  /** The rows so far, trimmed; the builder must not be used afterwards. */
  build(): SparseRows;
}

export function createSparseRowsBuilder(expectedRows: number): SparseRowsBuilder {
  let offsets = new Uint32Array(expectedRows + 1);
  let indices = new Uint32Array(Math.max(64, expectedRows * 64));
  let values = new Float32Array(indices.length);
  let rows = 0;
  let used = 0;
  return {
    append: (rowIndices, rowValues, length) => {
      if (used + length > indices.length) {
        const capacity = Math.max(indices.length * 2, used + length);
        indices = grown(indices, new Uint32Array(capacity));
        values = grown(values, new Float32Array(capacity));
      }
      if (rows + 2 > offsets.length) offsets = grown(offsets, new Uint32Array(rows * 2 + 2));
      indices.set(rowIndices.subarray(0, length), used);
      values.set(rowValues.subarray(0, length), used);
      used += length;
      rows += 1;
      offsets[rows] = used;
    },
    build: () => ({
      offsets: offsets.slice(0, rows + 1),
      indices: indices.slice(0, used),
      values: values.slice(0, used),
    }),
  };
}

function grown<Values extends Uint32Array | Float32Array>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}
