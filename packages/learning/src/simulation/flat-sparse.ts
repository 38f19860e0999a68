import type { SparseExamples } from '../examples/examples.ts';
import { type FlatRows, sharedFloats, sharedTargets } from './flat-rows.ts';

/** Sparse examples of all virtual participants, one behind the other. */
export interface FlatSparse extends FlatRows {
  readonly kind: 'sparse';
  /** As in `SparseRows`. */
  readonly offsets: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** Copies `rows` of the examples, in that order, into memory that threads share. */
export function flattenSparse(
  examples: SparseExamples,
  rows: ArrayLike<number>,
): Omit<FlatSparse, 'starts'> {
  const source = examples.rows;
  const lengthOf = (row: number): number =>
    (source.offsets[row + 1] as number) - (source.offsets[row] as number);
  let entries = 0;
  for (let at = 0; at < rows.length; at++) entries += lengthOf(rows[at] as number);
  const offsets = new Uint32Array(new SharedArrayBuffer((rows.length + 1) * 4));
  const indices = new Uint32Array(new SharedArrayBuffer(entries * 4));
  const values = sharedFloats(entries);
  const targets = sharedTargets(examples.targets, rows.length);
  let used = 0;
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    const [begin, end] = [source.offsets[row] as number, source.offsets[row + 1] as number];
    indices.set(source.indices.subarray(begin, end), used);
    values.set(source.values.subarray(begin, end), used);
    used += end - begin;
    offsets[at + 1] = used;
    targets[at] = examples.targets[row] as number;
  }
  return { kind: 'sparse', offsets, indices, values, targets };
}

/** Rows `from` to `to - 1`; only their offsets are copied, to begin at 0. */
export function viewSparse(
  population: Omit<FlatSparse, 'starts'>,
  from: number,
  to: number,
): SparseExamples {
  const { offsets, indices, values, targets } = population;
  const [begin, end] = [offsets[from] as number, offsets[to] as number];
  return {
    rows: {
      offsets: Uint32Array.from(offsets.subarray(from, to + 1), (offset) => offset - begin),
      indices: indices.subarray(begin, end),
      values: values.subarray(begin, end),
    },
    targets: targets.subarray(from, to),
  };
}
