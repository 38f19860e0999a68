import { createSeededRandom, isDdaiError } from '@ddai/core';
import {
  type Attack,
  aggregateRound,
  type ClientUpdate,
  categoriesOf,
  checkUpdate,
  createFeaturiser,
  DEFAULT_FEATURISER,
  evaluateRows,
  FEDERATED_SGD,
  type LabelledRows,
  labelRows,
  parameterCount,
  partitionTickets,
  type Strategy,
  type Ticket,
  trainEpoch,
} from '@ddai/learning';

export interface RobustFederationOptions {
  readonly train: readonly Ticket[];
  readonly test: readonly Ticket[];
  readonly participants: number;
  /** The first so many participants attack. */
  readonly faulty: number;
  readonly strategy: Strategy;
  /** None: all are honest. */
  readonly attack: Attack | undefined;
  readonly rounds: number;
  readonly epochs: number;
  readonly seed: number;
  readonly dimension: number;
}

/**
 * Trains a sparse softmax in the clear, over an IID partition, under an attack by those who know all
 * honest updates; every update passes the intake, as in a job.
 *
 * @returns accuracy on the test tickets after the last round; 0 when the attack carried the model so
 * far away that training from it diverged.
 */
export function runRobustFederation(options: RobustFederationOptions): number {
  try {
    return trainAndMeasure(options);
  } catch (error) {
    if (isDdaiError(error, 'TRAINING_DIVERGED')) return 0;
    throw error;
  }
}

function trainAndMeasure(options: RobustFederationOptions): number {
  const { train, test, participants, faulty, strategy, attack, seed, dimension } = options;
  const spec = { ...DEFAULT_FEATURISER, dimension };
  const featuriser = createFeaturiser(spec);
  const labels = categoriesOf(train);
  const shape = { dimension, labels: labels.length };
  const parts = partitionTickets({
    tickets: train,
    participants,
    partition: { kind: 'iid' },
    seed,
  });
  const data = parts.map((tickets) => labelRows({ tickets, labels, featuriser }));
  const parameters = parameterCount(shape);
  let weights: Float32Array = new Float32Array(parameters);
  let state = strategy.createState(parameters);
  const taken = new Set<string>();
  const names = parts.map((_, i) => `participant-${String(i).padStart(4, '0')}`);

  function fit(participant: number, round: number): Float32Array {
    const trained = weights.slice();
    const sgd = { ...FEDERATED_SGD, seed: `${seed}/${round}/${participant}` };
    for (let epoch = 0; epoch < options.epochs; epoch++)
      trainEpoch({ weights: trained, shape, data: data[participant] as LabelledRows, sgd, epoch });
    return trained.map((value, i) => value - (weights[i] as number));
  }

  for (let round = 0; round < options.rounds; round++) {
    const honest = names.map((_, participant) => fit(participant, round));
    const known = honest.slice(faulty);
    const updates: ClientUpdate[] = [];
    for (const [participant, participantId] of names.entries()) {
      const own = honest[participant] as Float32Array;
      const random = createSeededRandom(`${seed}/attack/${round}/${participant}`);
      const delta =
        attack === undefined || participant >= faulty
          ? own
          : attack({ own, known, participants, faulty, random });
      const examples = parts[participant]?.length ?? 0;
      const update = { participantId, baseVersion: round, examples, steps: 1, delta };
      const verdict = checkUpdate(
        {
          participants: new Set(names),
          parameters,
          maxExamples: train.length,
          maxSteps: train.length,
          hasControls: false,
          version: round,
          maxStaleness: 0,
          taken,
        },
        participantId,
        update,
      );
      if (!verdict.isTaken) continue;
      taken.add(verdict.key);
      updates.push(update);
    }
    ({ weights, state } = aggregateRound({ strategy, weights, state, version: round, updates }));
  }
  const rows = labelRows({ tickets: test, labels, featuriser });
  const { correct, examples } = evaluateRows({ weights, shape, data: rows });
  return correct / examples;
}
