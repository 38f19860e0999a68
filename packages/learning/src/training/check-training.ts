import { learningError } from '../errors.ts';
import { findNotFinite } from './find-not-finite.ts';
import type { FitOptions } from './trainer.ts';

const MAX_EPOCHS = 10_000;
const MAX_BATCH = 2 ** 16;

/**
 * Refuses settings of local training that no model can follow.
 * @throws {DdaiError} `TRAINING_INVALID` names the setting.
 */
export function checkTraining(
  options: Pick<FitOptions<unknown>, 'weights' | 'training' | 'proximal' | 'gradientCorrection'>,
  parameters: number,
): void {
  const { weights, training, proximal = 0, gradientCorrection } = options;
  const { epochs, batchSize, learningRate, optimiser } = training;
  const { momentum = 0, weightDecay = 0, featureDropout = 0 } = training;
  checkWeights(weights, parameters);
  if (!isWhole(epochs, MAX_EPOCHS)) refuse('epochs', `a whole number from 1 to ${MAX_EPOCHS}`);
  if (!isWhole(batchSize, MAX_BATCH)) refuse('batchSize', `a whole number from 1 to ${MAX_BATCH}`);
  if (!(learningRate > 0 && Number.isFinite(learningRate)))
    refuse('learningRate', 'above 0 and finite');
  if (!['sgd', 'momentum', 'adam'].includes(optimiser))
    refuse('optimiser', 'sgd, momentum or adam');
  if (!(momentum >= 0 && momentum < 1)) refuse('momentum', 'from 0 to below 1');
  if (!isPenalty(weightDecay)) refuse('weightDecay', 'at least 0 and finite');
  if (!isPenalty(proximal)) refuse('proximal', 'at least 0 and finite');
  if (!(featureDropout >= 0 && featureDropout < 1)) refuse('featureDropout', 'from 0 to below 1');
  if (gradientCorrection === undefined) return;
  if (gradientCorrection.length !== parameters)
    refuse('gradientCorrection', `${parameters} numbers, as many as the model has parameters`);
  if (findNotFinite(gradientCorrection) !== -1)
    refuse('gradientCorrection', 'finite in every entry');
}

/** @throws {DdaiError} `TRAINING_INVALID` unless there is one finite weight a parameter. */
export function checkWeights(weights: Float32Array, parameters: number): void {
  if (weights.length !== parameters)
    refuse('weights', `${parameters} numbers, and has ${weights.length}`);
  if (findNotFinite(weights) !== -1) refuse('weights', 'finite in every entry');
}

function isWhole(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= most;
}

function isPenalty(value: number): boolean {
  return value >= 0 && Number.isFinite(value);
}

function refuse(field: string, expected: string): never {
  throw learningError({
    code: 'TRAINING_INVALID',
    message: `local training: ${field} must be ${expected}`,
    fields: { field },
  });
}
