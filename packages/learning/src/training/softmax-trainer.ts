import { createSeededRandom } from '@ddai/core';
import { learningError } from '../errors.ts';
import { dropFeatures } from '../features/drop-features.ts';
import type { SparseRows } from '../features/sparse-rows.ts';
import { exp, log } from './elementary.ts';

/**
 * The parameters of a linear classifier over sparse features: `weights[feature * labels + label]`,
 * and one further row, the biases, at feature = dimension.
 */
export interface SoftmaxShape {
  readonly dimension: number;
  readonly labels: number;
}

/** Examples with the index of their label. */
export interface LabelledRows {
  readonly rows: SparseRows;
  readonly targets: Uint16Array;
}

export interface SgdOptions {
  readonly learningRate: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** L2 penalty, applied to the weights that a batch touches. */
  readonly weightDecay?: number;
  /**
   * Share of each example's features that is left out in an epoch, 0 (default) to below 1; the rest
   * are scaled up by as much. For rare features it acts like a penalty fitted to each of them
   * (Wager, Wang and Liang 2013), which is what idf does for a vocabulary.
   */
  readonly featureDropout?: number;
  /** Decides the order of examples and the features left out in every epoch. */
  readonly seed: string;
}

/** How many parameters a shape has. */
export function parameterCount(shape: SoftmaxShape): number {
  return (shape.dimension + 1) * shape.labels;
}

/** Scores of one row, before the softmax: `scores[label]`. */
export function scoreRow(options: {
  readonly weights: Float32Array;
  readonly shape: SoftmaxShape;
  readonly rows: SparseRows;
  readonly row: number;
  readonly scores: Float64Array;
}): void {
  const { weights, shape, rows, row, scores } = options;
  const { labels } = shape;
  const bias = shape.dimension * labels;
  for (let label = 0; label < labels; label++) scores[label] = weights[bias + label] as number;
  const { indices, values } = rows;
  const end = rows.offsets[row + 1] as number;
  for (let entry = rows.offsets[row] as number; entry < end; entry++) {
    const base = (indices[entry] as number) * labels;
    const value = values[entry] as number;
    for (let label = 0; label < labels; label++) {
      scores[label] = (scores[label] as number) + value * (weights[base + label] as number);
    }
  }
}

/**
 * Turns scores into probabilities in place and returns the log of their normaliser, so that
 * -ln p(target) = result - score(target). Subtracts the largest score first: no overflow.
 */
export function softmaxInPlace(scores: Float64Array): number {
  let highest = scores[0] as number;
  for (let i = 1; i < scores.length; i++) {
    if ((scores[i] as number) > highest) highest = scores[i] as number;
  }
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const power = exp((scores[i] as number) - highest);
    scores[i] = power;
    total += power;
  }
  const inverse = 1 / total;
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) * inverse;
  return highest + log(total);
}

/**
 * One pass over the examples in a seeded order: minibatch gradient descent on the mean
 * cross-entropy, w ← w − η/|B| Σ (p − y) xᵀ. Every gradient of a batch is taken before the first
 * update, and updates are added in the order of the batch, so equal inputs give equal bits.
 * @returns the mean loss over the epoch, each example measured before its own update.
 * @throws {DdaiError} `TRAINING_DIVERGED` when a loss is not finite.
 */
export function trainEpoch(options: {
  readonly weights: Float32Array;
  readonly shape: SoftmaxShape;
  readonly data: LabelledRows;
  readonly sgd: SgdOptions;
  readonly epoch: number;
  /** Moves the weights for reasons of its own, after a batch's gradients are taken. */
  readonly beforeStep?: (weights: Float32Array, learningRate: number) => void;
}): number {
  const { weights, shape, data, sgd, epoch } = options;
  const { labels } = shape;
  const rows = dropFeatures(data.rows, sgd.featureDropout ?? 0, `${sgd.seed}/dropout-${epoch}`);
  const { offsets, indices, values } = rows;
  const bias = shape.dimension * labels;
  const order = Array.from({ length: data.targets.length }, (_, i) => i);
  createSeededRandom(`${sgd.seed}/epoch-${epoch}`).shuffle(order);
  const decay = sgd.weightDecay ?? 0;
  const scores = new Float64Array(labels);
  const errors = Array.from({ length: sgd.batchSize }, () => new Float64Array(labels));
  let lossSum = 0;
  for (let start = 0; start < order.length; start += sgd.batchSize) {
    const size = Math.min(sgd.batchSize, order.length - start);
    for (let i = 0; i < size; i++) {
      const row = order[start + i] as number;
      const target = data.targets[row] as number;
      scoreRow({ weights, shape, rows, row, scores });
      const targetScore = scores[target] as number;
      lossSum += softmaxInPlace(scores) - targetScore;
      const error = errors[i] as Float64Array;
      error.set(scores);
      error[target] = (error[target] as number) - 1;
    }
    options.beforeStep?.(weights, sgd.learningRate);
    const step = -sgd.learningRate / size;
    const keep = 1 - sgd.learningRate * decay;
    for (let i = 0; i < size; i++) {
      const row = order[start + i] as number;
      const error = errors[i] as Float64Array;
      const end = offsets[row + 1] as number;
      for (let entry = offsets[row] as number; entry < end; entry++) {
        const base = (indices[entry] as number) * labels;
        const scaled = step * (values[entry] as number);
        for (let label = 0; label < labels; label++) {
          weights[base + label] =
            (weights[base + label] as number) * keep + scaled * (error[label] as number);
        }
      }
      for (let label = 0; label < labels; label++) {
        weights[bias + label] = (weights[bias + label] as number) + step * (error[label] as number);
      }
    }
  }
  const mean = order.length === 0 ? 0 : lossSum / order.length;
  if (!Number.isFinite(mean)) {
    throw learningError({
      code: 'TRAINING_DIVERGED',
      message: `the training loss of epoch ${epoch} is not a number`,
      remedy: 'Lower the learning rate.',
      fields: { epoch, learningRate: sgd.learningRate },
    });
  }
  return mean;
}
