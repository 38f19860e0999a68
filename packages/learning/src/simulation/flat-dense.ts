import type { DenseExamples } from '../examples/examples.ts';
import { type FlatRows, sharedFloats, sharedTargets } from './flat-rows.ts';

/** Dense examples of all virtual participants, one behind the other. */
export interface FlatDense extends FlatRows {
  readonly kind: 'dense';
  readonly width: number;
  readonly features: Float32Array;
}

/** Copies `rows` of the examples, in that order, into memory that threads share. */
export function flattenDense(
  examples: DenseExamples,
  rows: ArrayLike<number>,
): Pick<FlatDense, 'kind' | 'width' | 'features' | 'targets'> {
  const { width } = examples;
  const features = sharedFloats(rows.length * width);
  const targets = sharedTargets(examples.targets, rows.length);
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    features.set(examples.features.subarray(row * width, (row + 1) * width), at * width);
    targets[at] = examples.targets[row] as number;
  }
  return { kind: 'dense', width, features, targets };
}

/** Rows `from` to `to - 1`, without a copy. */
export function viewDense(
  population: Pick<FlatDense, 'width' | 'features' | 'targets'>,
  from: number,
  to: number,
): DenseExamples {
  const { width, features, targets } = population;
  return {
    width,
    features: features.subarray(from * width, to * width),
    targets: targets.subarray(from, to),
  };
}
