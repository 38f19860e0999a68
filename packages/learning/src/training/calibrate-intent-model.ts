import { createFeaturiser } from '../features/featuriser.ts';
import { type IntentModel, shapeOf } from '../model/intent-model.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { fitTemperature } from './fit-temperature.ts';
import { labelRows } from './label-rows.ts';

/**
 * The model with the temperature that fits tickets it was not trained on. A federated model comes
 * with temperature 1: whoever uses it calibrates its own copy on its own held-out tickets. Labels
 * that do not occur among them need no example; without any ticket the model is returned as it is.
 * @throws {DdaiError} `TICKETS_LABEL_UNKNOWN`.
 */
export function calibrateIntentModel(model: IntentModel, heldOut: readonly Ticket[]): IntentModel {
  if (heldOut.length === 0) return model;
  const { labels, weights } = model;
  const data = labelRows({
    tickets: heldOut,
    labels,
    featuriser: createFeaturiser(model.featuriser),
  });
  return { ...model, temperature: fitTemperature({ weights, shape: shapeOf(model), data }) };
}
