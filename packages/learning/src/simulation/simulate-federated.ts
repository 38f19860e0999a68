import type { RandomBytes } from '@ddai/core';
import { packedLength } from '../aggregation/bit-packing.ts';
import { encodedLength, smallestModulusBits } from '../aggregation/update-encoding.ts';
import type { Partition } from '../data/partition/partition.ts';
import { learningError } from '../errors.ts';
import { createFeaturiser } from '../features/featuriser.ts';
import { DEFAULT_FEATURISER, type FeaturiserSpec } from '../features/featuriser-spec.ts';
import { averageInto } from '../job/close-round.ts';
import type { RoundMetrics } from '../job/job-events.ts';
import type { IntentModelTerms } from '../job/job-model.ts';
import {
  type CompressionTerms,
  createJobTerms,
  DEFAULT_ENCODING,
  defaultBits,
  FEDERATED_SGD,
  type JobTerms,
} from '../job/job-terms.ts';
import { createIntentLearner, type LocalLearner } from '../job/local-learner.ts';
import { computeLocalUpdate } from '../job/local-update.ts';
import { downloadLength } from '../job/payload-sizes.ts';
import { createZeroModel, type IntentModel, shapeOf } from '../model/intent-model.ts';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import { assertTrainable } from '../tickets/assert-trainable.ts';
import { partitionTickets } from '../tickets/partition-tickets.ts';
import { categoriesOf, type Ticket } from '../tickets/ticket.ts';
import { evaluateRows } from '../training/evaluate-rows.ts';
import { labelRows } from '../training/label-rows.ts';
import type { LabelledRows } from '../training/softmax-trainer.ts';
import { runSecureRounds } from './run-secure-rounds.ts';

export interface SimulationOptions {
  readonly train: readonly Ticket[];
  readonly test: readonly Ticket[];
  readonly participants: number;
  readonly partition: Partition;
  readonly rounds: number;
  readonly epochs: number;
  readonly seed: number | string;
  /** Runs the whole protocol, masks included, and compares every sum with the plain one. */
  readonly secure?: boolean;
  readonly featuriser?: FeaturiserSpec;
  readonly training?: Partial<
    Pick<JobTerms['training'], 'learningRate' | 'batchSize' | 'featureDropout'>
  >;
  /** Bits of a quantised coordinate; default that of {@link createJobTerms}. */
  readonly bits?: number;
  readonly clip?: number;
  /** See {@link CompressionTerms}; both default to none. */
  readonly compression?: CompressionTerms;
  readonly onProgress?: (progress: SimulationProgress) => void;
  /** Awaited between steps, so that a progress bar can be drawn and a signal heard. */
  readonly pause?: () => Promise<void>;
}

export interface SimulationProgress {
  /** Rounds done. */
  readonly round: number;
  readonly rounds: number;
  /** On the test tickets. */
  readonly accuracy: number;
  readonly metrics: RoundMetrics;
}

export interface SimulationResult {
  readonly accuracy: number;
  /** On the test tickets after each round. */
  readonly accuracyByRound: readonly number[];
  readonly lossByRound: readonly number[];
  readonly rounds: number;
  /** Sent and received by one participant in one round, mean. */
  readonly bytesPerClientRound: number;
  readonly uploadBytesPerClientRound: number;
  readonly downloadBytesPerClientRound: number;
  /** With `secure`: rounds whose unmasked sum equalled the plain modular sum bit for bit. */
  readonly equalSums: number | undefined;
  readonly parameters: number;
  readonly model: IntentModel;
  /** Whether each test ticket was right, for paired comparisons. */
  readonly hits: readonly boolean[];
}

/**
 * Simulates federated averaging in one process. With `secure`, the real coordinator and participants
 * exchange the real messages; without, the same updates are encoded by the same code and added in
 * the clear, so both reach the same bits.
 *
 * @throws {DdaiError} `SECAGG_UNRECOVERABLE` when a secure sum differs from the plain one;
 * `PARTITION_INVALID`, `TERMS_INVALID`, `TERMS_THRESHOLD_UNSOUND` on impossible settings.
 */
export async function simulateFederated(
  options: SimulationOptions,
  dependencies: { readonly suite: CryptoSuite; readonly randomBytes: RandomBytes },
): Promise<SimulationResult> {
  const { train, test, participants, partition, seed, rounds } = options;
  assertTrainable({ file: 'train', tickets: train });
  assertTrainable({ file: 'test', tickets: test, minPerCategory: 1 });
  const spec = options.featuriser ?? DEFAULT_FEATURISER;
  const labels = categoriesOf(train);
  const parts = partitionTickets({ tickets: train, participants, partition, seed });
  const terms = termsOf(options, {
    spec,
    labels,
    maxExamples: Math.max(...parts.map((p) => p.length)),
  });
  const featuriser = createFeaturiser(spec);
  const testRows = labelRows({ tickets: test, labels, featuriser });
  const names = parts.map((_, i) => participantName(i));
  const accuracyByRound: number[] = [];
  const lossByRound: number[] = [];

  const report = (model: IntentModel, metrics: RoundMetrics): void => {
    const shape = shapeOf(model);
    const { correct, examples } = evaluateRows({ weights: model.weights, shape, data: testRows });
    accuracyByRound.push(correct / examples);
    lossByRound.push(metrics.trainLoss);
    const round = accuracyByRound.length;
    options.onProgress?.({ round, rounds, accuracy: correct / examples, metrics });
  };

  const run = options.secure === true ? runSecure : runPlain;
  const outcome = await run({ options, dependencies, terms, parts, names, report });
  const { model } = outcome;
  const { hits } = evaluateRows({ weights: model.weights, shape: shapeOf(model), data: testRows });
  return {
    accuracy: accuracyByRound.at(-1) ?? 0,
    accuracyByRound,
    lossByRound,
    rounds: accuracyByRound.length,
    bytesPerClientRound: outcome.uploadBytes + outcome.downloadBytes,
    uploadBytesPerClientRound: outcome.uploadBytes,
    downloadBytesPerClientRound: outcome.downloadBytes,
    equalSums: outcome.equalSums,
    parameters: model.weights.length,
    model,
    hits,
  };
}

/** What both ways of running share. */
interface RunInput {
  readonly options: SimulationOptions;
  readonly dependencies: { readonly suite: CryptoSuite; readonly randomBytes: RandomBytes };
  readonly terms: SimulatedTerms;
  readonly parts: readonly Ticket[][];
  readonly names: readonly string[];
  readonly report: (model: IntentModel, metrics: RoundMetrics) => void;
}

interface RunOutcome {
  readonly model: IntentModel;
  readonly uploadBytes: number;
  readonly downloadBytes: number;
  readonly equalSums: number | undefined;
}

type SimulatedTerms = Pick<JobTerms, 'training' | 'aggregation'> & {
  readonly model: IntentModelTerms;
};

function termsOf(
  options: SimulationOptions,
  agreed: {
    readonly spec: FeaturiserSpec;
    readonly labels: readonly string[];
    readonly maxExamples: number;
  },
): SimulatedTerms {
  const { rounds, epochs, participants } = options;
  const bits = options.bits ?? defaultBits(participants);
  if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(epochs) || epochs < 1) {
    throw learningError({
      code: 'TERMS_INVALID',
      message: `rounds and epochs must be whole numbers from 1, found ${rounds} and ${epochs}`,
    });
  }
  return {
    model: { kind: 'sparse-softmax', featuriser: agreed.spec, labels: agreed.labels },
    training: {
      ...FEDERATED_SGD,
      ...options.training,
      rounds,
      epochs,
      seed: `simulation-${options.seed}`,
    },
    aggregation: {
      strategy: 'fedavg',
      bits,
      modulusBits: smallestModulusBits(participants, bits),
      clip: options.clip ?? DEFAULT_ENCODING.clip,
      maxExamples: agreed.maxExamples,
      ...options.compression,
    },
  };
}

async function runPlain(input: RunInput): Promise<RunOutcome> {
  const { options, terms, parts, names, report } = input;
  const { featuriser: spec, labels } = terms.model;
  const { bits, modulusBits } = terms.aggregation;
  const featuriser = createFeaturiser(spec);
  const heldOut: LabelledRows = labelRows({ tickets: [], labels, featuriser });
  const learners = parts.map((tickets) =>
    createIntentLearner({
      model: terms.model,
      training: terms.training,
      train: labelRows({ tickets, labels, featuriser }),
      heldOut,
    }),
  );
  let model = createZeroModel(spec, labels);
  const { errorFeedback } = terms.aggregation;
  const residuals: (Float32Array | undefined)[] = names.map(() =>
    errorFeedback === true ? new Float32Array(model.weights.length) : undefined,
  );
  let left: Float32Array | undefined;
  const coordinatesLength = encodedLength(model.weights.length, bits);
  for (let roundNumber = 0; roundNumber < options.rounds; roundNumber++) {
    const sums = new Uint32Array(coordinatesLength);
    for (const [i, participantId] of names.entries()) {
      const update = await computeLocalUpdate({
        terms,
        roundNumber,
        participantId,
        weights: model.weights,
        learner: learners[i] as LocalLearner,
        residual: residuals[i],
      });
      residuals[i] = update.residual;
      for (let c = 0; c < sums.length; c++) {
        sums[c] = (sums[c] as number) + (update.coordinates[c] as number);
      }
      if (options.pause !== undefined) await options.pause();
    }
    const averaged = averageInto({ model, residual: left, sums, terms });
    model = averaged.model;
    left = averaged.difference?.residual;
    report(model, averaged.metrics);
  }
  return {
    model,
    uploadBytes: packedLength(coordinatesLength, modulusBits),
    downloadBytes: downloadLength(terms),
    equalSums: undefined,
  };
}

async function runSecure(input: RunInput): Promise<RunOutcome> {
  const { options, dependencies, parts, names, report } = input;
  const { training, aggregation, model } = input.terms;
  const terms = createJobTerms({
    jobId: 'simulation',
    labels: model.labels,
    featuriser: model.featuriser,
    operators: names,
    participants: names.length,
    training,
    aggregation,
  });
  const { pause } = options;
  return runSecureRounds({
    ...dependencies,
    terms,
    parts,
    names,
    onRound: report,
    ...(pause === undefined ? {} : { pause }),
  });
}

/** Names sort like their numbers. */
function participantName(index: number): string {
  return `participant-${String(index).padStart(4, '0')}`;
}
