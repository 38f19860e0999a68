import { encodeTable } from '../data/table/encode-table.ts';
import type { RawTable } from '../data/table/raw-table.ts';
import { learningError } from '../errors.ts';
import type { DenseExamples } from '../examples/examples.ts';
import { createFeaturiser } from '../features/featuriser.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createReferenceKernel } from '../kernel/reference-kernel.ts';
import { shapeOf } from '../model/intent-model.ts';
import { createTrainer } from '../models/create-trainer.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { evaluateRows } from '../training/evaluate-rows.ts';
import { labelRows } from '../training/label-rows.ts';
import { type LabelledRows, trainEpoch } from '../training/softmax-trainer.ts';
import type { Evaluation } from '../training/trainer.ts';
import type { IntentModelTerms, TableModelTerms } from './job-model.ts';
import type { JobTerms } from './job-terms.ts';

/** A participant's examples: tickets for an intent model, a table for a network over tables. */
export type LocalExamples = readonly Ticket[] | RawTable;

/** What a participant does with its examples in a round, whatever the model is. */
export interface LocalLearner {
  /** Training examples. */
  readonly examples: number;
  /** Measures a model on the held-out examples, of which there may be none. */
  evaluate(weights: Float32Array): Evaluation;
  /**
   * One pass over the training examples.
   * @returns the mean loss, and the weights after it, which may be the given vector, changed.
   * @throws {DdaiError} `TRAINING_DIVERGED`
   */
  trainEpoch(options: {
    readonly weights: Float32Array;
    readonly epoch: number;
    readonly seed: string;
  }): { readonly weights: Float32Array; readonly trainLoss: number };
}

/** A table, and not tickets. */
export function isTable(examples: LocalExamples): examples is RawTable {
  return !Array.isArray(examples);
}

/**
 * Reads a participant's examples as its job's terms say.
 * @param options.kernel of a table's network; default plain TypeScript, which is slow.
 * @throws {DdaiError} `DATA_KIND_WRONG` for a table where tickets are needed, or the reverse;
 * `TABLE_…` for a cell that is not as its schema says.
 */
export function createLocalLearner(options: {
  readonly terms: Pick<JobTerms, 'model' | 'training'>;
  readonly train: LocalExamples;
  readonly heldOut?: LocalExamples | undefined;
  readonly kernel?: Kernel | undefined;
}): LocalLearner {
  const { terms, train, heldOut, kernel } = options;
  const { model, training } = terms;
  if (model.kind === 'table') {
    if (!isTable(train) || (heldOut !== undefined && !isTable(heldOut))) throw wrongKind('a table');
    return createTableLearner({
      model,
      training,
      train: encodeTable(train, model.schema),
      heldOut: heldOut === undefined ? undefined : encodeTable(heldOut, model.schema),
      kernel: kernel ?? createReferenceKernel(),
    });
  }
  if (isTable(train) || (heldOut !== undefined && isTable(heldOut))) throw wrongKind('tickets');
  const { labels } = model;
  const featuriser = createFeaturiser(model.featuriser);
  return createIntentLearner({
    model,
    training,
    train: labelRows({ tickets: train, labels, featuriser }),
    heldOut: labelRows({ tickets: heldOut ?? [], labels, featuriser }),
  });
}

/** For an intent model, over rows that are featurised already. */
export function createIntentLearner(options: {
  readonly model: IntentModelTerms;
  readonly training: JobTerms['training'];
  readonly train: LabelledRows;
  readonly heldOut: LabelledRows;
}): LocalLearner {
  const { model, training, train: data, heldOut } = options;
  const shape = shapeOf(model);
  return {
    examples: data.targets.length,
    evaluate: (weights) => evaluateRows({ weights, shape, data: heldOut }),
    trainEpoch: ({ weights, epoch, seed }) => ({
      weights,
      trainLoss: trainEpoch({ weights, shape, data, sgd: { ...training, seed }, epoch }),
    }),
  };
}

function createTableLearner(options: {
  readonly model: TableModelTerms;
  readonly training: JobTerms['training'];
  readonly train: DenseExamples;
  readonly heldOut: DenseExamples | undefined;
  readonly kernel: Kernel;
}): LocalLearner {
  const { model, training, train: data, heldOut, kernel } = options;
  const trainer = createTrainer(model.network, kernel);
  const { learningRate, batchSize, weightDecay } = training;
  const sgd = { epochs: 1, learningRate, batchSize, weightDecay, optimiser: 'sgd' } as const;
  return {
    examples: data.targets.length,
    evaluate: (weights) =>
      heldOut === undefined
        ? { examples: 0, lossSum: 0, correct: 0 }
        : trainer.evaluate({ weights, data: heldOut }),
    trainEpoch: ({ weights, epoch, seed }) =>
      trainer.fit({ weights, data, training: sgd, seed: `${seed}/epoch-${epoch}` }),
  };
}

function wrongKind(expected: string): Error {
  return learningError({
    code: 'DATA_KIND_WRONG',
    message: `this job trains on ${expected}`,
    remedy: 'Name a data set of that kind for it.',
  });
}
