import { createFeaturiser } from '../features/featuriser.ts';
import { type IntentModel, shapeOf } from '../model/intent-model.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { chooseOutOfScope, DEFAULT_KEPT } from './choose-out-of-scope.ts';
import { fitTemperatureToScores, type ScoredRows, scoreRows } from './fit-temperature.ts';
import { labelRows } from './label-rows.ts';
import { softmaxInPlace } from './softmax-trainer.ts';

/**
 * The model with the temperature and the out-of-scope threshold that fit tickets it was not trained
 * on. A federated model comes without either: sums that a job could publish tell neither a quantile
 * nor the slope that a temperature needs, and companies differ, so whoever uses the model calibrates
 * its own copy on its own held-out tickets. Labels that do not occur among them need no example;
 * without any ticket the model is returned as it is.
 * @param options.kept share of in-scope texts that stay in scope. Default 0.95.
 * @throws {DdaiError} `TICKETS_LABEL_UNKNOWN`.
 */
export function calibrateIntentModel(
  model: IntentModel,
  heldOut: readonly Ticket[],
  { kept = DEFAULT_KEPT }: { readonly kept?: number } = {},
): IntentModel {
  if (heldOut.length === 0) return model;
  const { labels, weights } = model;
  const data = labelRows({
    tickets: heldOut,
    labels,
    featuriser: createFeaturiser(model.featuriser),
  });
  return { ...model, ...calibrationOf(scoreRows({ weights, shape: shapeOf(model), data }), kept) };
}

/** Temperature and threshold from scores of texts that their model was not trained on. */
export function calibrationOf(
  scored: ScoredRows,
  kept: number,
): Required<Pick<IntentModel, 'temperature' | 'outOfScope'>> {
  const temperature = fitTemperatureToScores(scored);
  const largest = scored.scores.map((scores) => {
    const probabilities = scores.map((score) => score / temperature);
    softmaxInPlace(probabilities);
    return Math.max(...probabilities);
  });
  return { temperature, outOfScope: chooseOutOfScope(largest, kept) };
}
