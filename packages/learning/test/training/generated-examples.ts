import { createSeededRandom } from '@ddai/core';
import type { DenseExamples, LossName, ModelSpec, SparseExamples } from '../../src/index.ts';
import { isSparseModel } from '../../src/index.ts';

/** Examples that fit a model, with a pattern that can be learned: the target follows the features. */
export function generateExamples(
  spec: ModelSpec,
  rows: number,
  seed: string,
): DenseExamples & SparseExamples {
  const random = createSeededRandom(seed);
  const uniform = (): number => 2 * random.next() - 1;
  const loss = spec.kind === 'sparse-softmax' ? 'softmax-cross-entropy' : spec.loss;
  const targets = new Float32Array(rows);
  const width = widthOf(spec);
  const features = new Float32Array(isSparseModel(spec) ? 0 : rows * width);
  const entriesOfRow = 5;
  const offsets = Uint32Array.from({ length: rows + 1 }, (_, row) => row * entriesOfRow);
  const indices = new Uint32Array(rows * entriesOfRow);
  const values = new Float32Array(rows * entriesOfRow);
  for (let row = 0; row < rows; row++) {
    const kind = random.below(spec.outputs === 1 ? 2 : spec.outputs);
    targets[row] = loss === 'squared-error' ? kind + 0.25 * uniform() : kind;
    for (let i = row * width; i < (row + 1) * width && i < features.length; i++)
      features[i] = 0.5 * uniform() + Math.sin((i % width) * (kind + 1));
    for (let i = row * entriesOfRow; i < (row + 1) * entriesOfRow; i++) {
      indices[i] = (random.below(4) + 3 * kind) % width;
      values[i] = uniform() + 0.5;
    }
  }
  return { features, width, targets, rows: { offsets, indices, values } };
}

function widthOf(spec: ModelSpec): number {
  if (isSparseModel(spec)) return spec.dimension;
  return spec.kind === 'cnn' ? spec.height * spec.width * spec.channels : spec.inputs;
}

const softmax: LossName = 'softmax-cross-entropy';

/** One small model of every kind, with every loss, activation and normalisation among them. */
export const SMALL_MODELS: Readonly<Record<string, ModelSpec>> = {
  'linear, softmax': { kind: 'linear', inputs: 7, outputs: 4, loss: softmax },
  'linear, binary': { kind: 'linear', inputs: 7, outputs: 1, loss: 'binary-cross-entropy' },
  'linear, squared': { kind: 'linear', inputs: 7, outputs: 1, loss: 'squared-error' },
  'sparse softmax': { kind: 'sparse-softmax', dimension: 12, outputs: 3 },
  'mlp, tanh': {
    kind: 'mlp',
    inputs: 6,
    hidden: [9, 5],
    activation: 'tanh',
    normalisation: 'none',
    outputs: 3,
    loss: softmax,
  },
  'mlp, relu, batch normalisation': {
    kind: 'mlp',
    inputs: 6,
    hidden: [9, 5],
    activation: 'relu',
    normalisation: 'batch',
    outputs: 1,
    loss: 'binary-cross-entropy',
  },
  'mlp, tanh, layer normalisation': {
    kind: 'mlp',
    inputs: 6,
    hidden: [9, 5],
    activation: 'tanh',
    normalisation: 'layer',
    outputs: 1,
    loss: 'squared-error',
  },
  'cnn, relu': {
    kind: 'cnn',
    height: 7,
    width: 6,
    channels: 2,
    convolutions: [
      { channels: 5, size: 3, pool: 2 },
      { channels: 3, size: 5, pool: 1 },
    ],
    hidden: [6],
    activation: 'relu',
    outputs: 3,
    loss: softmax,
  },
  'cnn, tanh, binary': {
    kind: 'cnn',
    height: 5,
    width: 5,
    channels: 1,
    convolutions: [{ channels: 4, size: 3, pool: 2 }],
    hidden: [],
    activation: 'tanh',
    outputs: 1,
    loss: 'binary-cross-entropy',
  },
  'embedding bag, mean': {
    kind: 'embedding-bag',
    dimension: 12,
    width: 5,
    pooling: 'mean',
    hidden: [],
    activation: 'relu',
    outputs: 3,
    loss: softmax,
  },
  'embedding bag, sum, hidden, squared': {
    kind: 'embedding-bag',
    dimension: 12,
    width: 5,
    pooling: 'sum',
    hidden: [4],
    activation: 'tanh',
    outputs: 1,
    loss: 'squared-error',
  },
};
