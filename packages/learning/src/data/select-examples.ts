import type { DenseExamples } from '../examples/examples.ts';
import { sameTargets } from '../examples/same-targets.ts';

/** The rows named by `rows`, in that order, copied. */
export function selectExamples(examples: DenseExamples, rows: ArrayLike<number>): DenseExamples {
  const { width } = examples;
  const features = new Float32Array(rows.length * width);
  const targets = sameTargets(examples.targets, rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    features.set(examples.features.subarray(row * width, (row + 1) * width), i * width);
    targets[i] = examples.targets[row] as number;
  }
  return { features, width, targets };
}
