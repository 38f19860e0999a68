import { learningError } from '../errors.ts';
import { findNotFinite } from './find-not-finite.ts';

/** @throws {DdaiError} `TRAINING_DIVERGED` when the loss, or a weight, is not finite. */
export function assertConverging(options: {
  readonly loss: number;
  readonly epoch: number;
  readonly learningRate: number;
  /** Looked at when the training is over. */
  readonly weights?: Float32Array;
}): void {
  const { loss, epoch, learningRate, weights } = options;
  if (Number.isFinite(loss) && (weights === undefined || findNotFinite(weights) === -1)) return;
  const part = Number.isFinite(loss) ? 'a weight after' : 'the training loss of';
  throw learningError({
    code: 'TRAINING_DIVERGED',
    message: `${part} epoch ${epoch} is not a number`,
    remedy: 'Lower the learning rate, or bring the features to a scale near 1.',
    fields: { epoch, learningRate },
  });
}
