import { encodeUpdate } from '../aggregation/update-encoding.ts';
import { type IntentModel, shapeOf } from '../model/intent-model.ts';
import { evaluateRows } from '../training/evaluate-rows.ts';
import { type LabelledRows, trainEpoch } from '../training/softmax-trainer.ts';
import type { JobTerms } from './job-terms.ts';

/** A participant's examples, featurised. */
export interface LocalData {
  readonly train: LabelledRows;
  /** On these the incoming model is measured; may be empty. */
  readonly heldOut: LabelledRows;
}

const MILLI = 1000;
const LARGEST_SCALAR = 2 ** 32 - 1;

/**
 * One participant's part of a round: measures the model on the held-out examples, trains it for the
 * terms' epochs and encodes the difference. Order of examples and rounding follow from the job's
 * seed, the round and the participant, so that doing it again gives the same bits.
 *
 * @param options.pause awaited between epochs, so that sockets are served meanwhile.
 * @throws {DdaiError} `TRAINING_DIVERGED` or `UPDATE_NOT_FINITE`.
 */
export async function computeLocalUpdate(options: {
  readonly terms: Pick<JobTerms, 'training' | 'aggregation'>;
  readonly roundNumber: number;
  readonly participantId: string;
  readonly model: IntentModel;
  readonly data: LocalData;
  /** With error feedback in the terms: what earlier updates left out. */
  readonly residual?: Float32Array | undefined;
  readonly pause?: () => Promise<void>;
}): Promise<{
  readonly coordinates: Uint32Array;
  readonly clipped: number;
  readonly trainLoss: number;
  /** To be kept if, and only if, this update reaches the sum. */
  readonly residual: Float32Array | undefined;
}> {
  const { terms, roundNumber, participantId, model, data, residual, pause } = options;
  const { training, aggregation: encoding } = terms;
  const shape = shapeOf(model);
  const seed = `${training.seed}/${roundNumber}/${participantId}`;
  const before = evaluateRows({ weights: model.weights, shape, data: data.heldOut });
  const weights = model.weights.slice();
  let trainLoss = 0;
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    if (pause !== undefined) await pause();
    trainLoss = trainEpoch({ weights, shape, data: data.train, sgd: { ...training, seed }, epoch });
  }
  for (let i = 0; i < weights.length; i++) {
    weights[i] = (weights[i] as number) - (model.weights[i] as number);
  }
  const weight = Math.min(data.train.targets.length, encoding.maxExamples);
  const encoded = encodeUpdate({
    update: weights,
    scalars: {
      weight,
      heldOut: before.examples,
      heldOutCorrect: before.correct,
      heldOutMilliLoss: toScalar(before.lossSum * MILLI),
      trainMilliLoss: toScalar(trainLoss * weight * MILLI),
    },
    encoding,
    seed,
    ...(residual === undefined ? {} : { residual }),
  });
  return { ...encoded, trainLoss };
}

function toScalar(value: number): number {
  return Math.min(Math.round(value), LARGEST_SCALAR);
}
