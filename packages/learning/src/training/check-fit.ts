import { learningError } from '../errors.ts';
import type { FitOptions } from './trainer.ts';

/** Far more than any training needs; a guard against numbers that lost their unit. */
const MAX_EPOCHS = 100_000;
const MAX_BATCH_SIZE = 2 ** 20;

/**
 * @param model its parameters, and whether it reads sparse examples.
 * @throws {DdaiError} `TRAINING_INVALID` names the setting and its range.
 */
export function checkFit(
  fit: Omit<FitOptions<unknown>, 'data'>,
  model: { readonly parameters: number; readonly isSparse: boolean },
): void {
  const { parameters, isSparse } = model;
  const { weights, training, proximal = 0, gradientCorrection } = fit;
  const { epochs, batchSize, learningRate, optimiser } = training;
  const { momentum = 0, weightDecay = 0, featureDropout = 0 } = training;
  checkWeights(weights, parameters);
  if (gradientCorrection !== undefined && gradientCorrection.length !== parameters)
    refuse('gradientCorrection', `${parameters} numbers`, gradientCorrection.length);
  if (!Number.isInteger(epochs) || epochs < 1 || epochs > MAX_EPOCHS)
    refuse('epochs', `a whole number from 1 to ${MAX_EPOCHS}`, epochs);
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MAX_BATCH_SIZE)
    refuse('batchSize', `a whole number from 1 to ${MAX_BATCH_SIZE}`, batchSize);
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY))
    refuse('learningRate', 'a number above 0', learningRate);
  if (!['sgd', 'momentum', 'adam'].includes(optimiser))
    refuse('optimiser', 'sgd, momentum or adam', String(optimiser).slice(0, 40));
  if (!(momentum >= 0 && momentum < 1)) refuse('momentum', '0 to below 1', momentum);
  if (!(weightDecay >= 0 && weightDecay < Number.POSITIVE_INFINITY))
    refuse('weightDecay', '0 or more', weightDecay);
  if (!(proximal >= 0 && proximal < Number.POSITIVE_INFINITY))
    refuse('proximal', '0 or more', proximal);
  if (!(featureDropout >= 0 && featureDropout < 1))
    refuse('featureDropout', '0 to below 1', featureDropout);
  if (featureDropout !== 0 && !isSparse)
    refuse('featureDropout', '0 for a model over dense examples', featureDropout);
}

/** @throws {DdaiError} `TRAINING_INVALID` when the vector is of another model. */
export function checkWeights(weights: Float32Array, parameters: number): void {
  if (weights.length !== parameters)
    refuse('weights', `${parameters} numbers, as many as the model has`, weights.length);
}

function refuse(field: string, expected: string, value: number | string): never {
  throw learningError({
    code: 'TRAINING_INVALID',
    message: `local training: ${field} must be ${expected}; it is ${value}`,
    remedy: `Correct ${field}.`,
    fields: { field, value },
  });
}
