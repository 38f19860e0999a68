import { createFeaturiser } from '../features/featuriser.ts';
import { DEFAULT_FEATURISER, type FeaturiserSpec } from '../features/featuriser-spec.ts';
import { createZeroModel, type IntentModel, shapeOf } from '../model/intent-model.ts';
import { splitHeldOut } from '../tickets/split-held-out.ts';
import { categoriesOf, type Ticket } from '../tickets/ticket.ts';
import { fitTemperature } from './fit-temperature.ts';
import { labelRows } from './label-rows.ts';
import { type SgdOptions, trainEpoch } from './softmax-trainer.ts';

/** Fixed on a held-out part of banking77's training file; see the README for the runs. */
export const CENTRALISED_SGD: Omit<SgdOptions, 'seed'> = {
  learningRate: 10,
  batchSize: 32,
  epochs: 20,
};

/**
 * Trains on all tickets in one place: what federated training is compared with. The temperature is
 * fitted on a held-out tenth by a model that did not see it; the model returned saw everything.
 */
export function trainCentralised(options: {
  readonly tickets: readonly Ticket[];
  readonly seed: number | string;
  readonly labels?: readonly string[];
  readonly featuriser?: FeaturiserSpec;
  readonly sgd?: Partial<Omit<SgdOptions, 'seed'>>;
  /** Called after each epoch of the final training with its mean loss. */
  readonly onEpoch?: (epoch: number, loss: number) => void;
  /** Whether to fit a temperature, at the price of a second training. Default true. */
  readonly calibrate?: boolean;
}): IntentModel {
  const { tickets, seed, featuriser: spec = DEFAULT_FEATURISER, calibrate = true } = options;
  const labels = options.labels ?? categoriesOf(tickets);
  const featuriser = createFeaturiser(spec);
  const sgd = { ...CENTRALISED_SGD, ...options.sgd, seed: `${seed}/centralised` };
  const shape = shapeOf({ featuriser: spec, labels });

  const fit = (part: readonly Ticket[], onEpoch?: typeof options.onEpoch): Float32Array => {
    const data = labelRows({ tickets: part, labels, featuriser });
    const { weights } = createZeroModel(spec, labels);
    for (let epoch = 0; epoch < sgd.epochs; epoch++) {
      const loss = trainEpoch({ weights, shape, data, sgd, epoch });
      onEpoch?.(epoch, loss);
    }
    return weights;
  };

  let temperature = 1;
  if (calibrate) {
    const { train, heldOut } = splitHeldOut({ tickets, seed });
    const data = labelRows({ tickets: heldOut, labels, featuriser });
    temperature = fitTemperature({ weights: fit(train), shape, data });
  }
  return { featuriser: spec, labels, weights: fit(tickets, options.onEpoch), temperature };
}
