import { createSeededRandom } from '@ddai/core';
import type { DenseExamples, SparseExamples, Targets } from '../src/browser.ts';
import type { Loss } from '../src/network/loss.ts';

/** Features uniform in ±1, and targets of the kind that a loss takes. */
export function generateDense(options: {
  readonly rows: number;
  readonly width: number;
  readonly outputs: number;
  readonly loss: Loss;
  readonly seed: string;
}): DenseExamples {
  const { rows, width, seed } = options;
  const random = createSeededRandom(seed);
  const features = Float32Array.from({ length: rows * width }, () => random.next() * 2 - 1);
  return { features, width, targets: generateTargets(options) };
}

/** Rows of one to six features of random sign; the second row is empty. */
export function generateSparse(options: {
  readonly rows: number;
  readonly dimension: number;
  readonly outputs: number;
  readonly loss: Loss;
  readonly seed: string;
}): SparseExamples {
  const { rows, dimension, seed } = options;
  const random = createSeededRandom(seed);
  const [offsets, indices, values]: [number[], number[], number[]] = [[0], [], []];
  for (let row = 0; row < rows; row++) {
    const entries = row === 1 ? 0 : 1 + random.below(6);
    for (let i = 0; i < entries; i++) {
      indices.push(random.below(dimension));
      values.push(random.next() * 2 - 1);
    }
    offsets.push(indices.length);
  }
  return {
    rows: {
      offsets: Uint32Array.from(offsets),
      indices: Uint32Array.from(indices),
      values: Float32Array.from(values),
    },
    targets: generateTargets(options),
  };
}

function generateTargets(options: {
  readonly rows: number;
  readonly outputs: number;
  readonly loss: Loss;
  readonly seed: string;
}): Targets {
  const { rows, outputs, loss, seed } = options;
  const random = createSeededRandom(`${seed}/targets`);
  if (loss === 'softmax-cross-entropy')
    return Uint16Array.from({ length: rows }, () => random.below(outputs));
  return Float32Array.from({ length: rows * outputs }, () => random.next());
}
