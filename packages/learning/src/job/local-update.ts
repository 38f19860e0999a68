import { encodeUpdate } from '../aggregation/update-encoding.ts';
import type { JobTerms } from './job-terms.ts';
import type { LocalLearner } from './local-learner.ts';

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
  /** The model's; left as they are. */
  readonly weights: Float32Array;
  readonly learner: LocalLearner;
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
  const { terms, roundNumber, participantId, learner, residual, pause } = options;
  const { training, aggregation: encoding } = terms;
  const seed = `${training.seed}/${roundNumber}/${participantId}`;
  const before = learner.evaluate(options.weights);
  let weights: Float32Array = options.weights.slice();
  let trainLoss = 0;
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    if (pause !== undefined) await pause();
    ({ weights, trainLoss } = learner.trainEpoch({ weights, epoch, seed }));
  }
  const update = weights.map((weight, i) => weight - (options.weights[i] as number));
  const weight = Math.min(learner.examples, encoding.maxExamples);
  const encoded = encodeUpdate({
    update,
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
