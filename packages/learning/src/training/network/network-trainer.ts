import { createSeededRandom } from '@ddai/core';
import { learningError } from '../../errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { checkTraining, checkWeights } from '../check-training.ts';
import { findNotFinite } from '../find-not-finite.ts';
import type { LossName } from '../model-spec.ts';
import type { FitOptions, FitResult, Trainer } from '../trainer.ts';
import type { Batches, ExampleReader } from './batches.ts';
import type { Network } from './build-network.ts';
import { createGradientStep, stepVectors } from './gradient-step.ts';
import { buildInitialWeights } from './initial-weights.ts';
import { applyLoss, countCorrect } from './losses.ts';
import { runBackward, runForward } from './passes.ts';
import { moveWorkspace, planWorkspace, type Workspace } from './workspace.ts';

/** Rows of a batch when nothing is learned from it. */
const EVALUATION_ROWS = 64;

/**
 * Trains a network by minibatches on the mean loss. Everything of a fit lies in the kernel's one
 * memory and is given up when it returns, so thousands of participants can share a trainer.
 */
export function createNetworkTrainer<Data>(options: {
  readonly network: Network;
  readonly loss: LossName;
  readonly reader: ExampleReader<Data>;
  readonly kernel: Kernel;
}): Trainer<Data> {
  const { network, loss, reader, kernel } = options;
  const columns = network.layers.at(-1)?.outputs ?? 0;

  const begin = (plan: Workspace, weights: Float32Array): Workspace => {
    const workspace = moveWorkspace(plan, kernel.reserve(plan.words));
    kernel.floats.set(weights, workspace.weights);
    return workspace;
  };
  const lossRows = (workspace: Workspace, rows: number) => ({
    rows,
    columns,
    scores: workspace.outputs.at(-1) as number,
    targets: workspace.targets,
    scale: 1 / rows,
  });

  const fit = (fitOptions: FitOptions<Data>): FitResult => {
    const { weights, data, training, seed } = fitOptions;
    checkTraining(fitOptions, network.parameters);
    const read = reader.read(data);
    const largest = Math.min(training.batchSize, read.examples);
    const plan = planWorkspace({
      network,
      rows: largest,
      inputWords: read.words(largest),
      training: true,
      vectors: stepVectors(fitOptions),
    });
    const workspace = begin(plan, weights);
    const step = createGradientStep({ kernel, network, workspace, fitOptions });
    const order = Uint32Array.from({ length: read.examples }, (_, i) => i);
    let steps = 0;
    let trainLoss = 0;
    for (let epoch = 0; epoch < training.epochs; epoch++) {
      const batches = reader.readEpoch({ data, read, training, seed: `${seed}/dropout-${epoch}` });
      shuffle(order, `${seed}/epoch-${epoch}`);
      let lossSum = 0;
      for (let start = 0; start < order.length; start += training.batchSize) {
        const end = Math.min(start + training.batchSize, order.length);
        const rows = end - start;
        loadBatch({ kernel, workspace, batches, order, start, end });
        const pass = { kernel, network, workspace, rows, training: true };
        runForward(pass);
        const { scores, ...scored } = lossRows(workspace, rows);
        const gradient = workspace.outputGradients.at(-1) as number;
        kernel.floats.copyWithin(gradient, scores, scores + rows * columns);
        lossSum += applyLoss(kernel, loss, { ...scored, scores: gradient });
        runBackward(pass);
        step(batches.touched);
        steps += 1;
      }
      trainLoss = lossSum / order.length;
      if (!Number.isFinite(trainLoss)) throw diverged(epoch, training.learningRate);
    }
    const trained = kernel.floats.slice(workspace.weights, workspace.weights + weights.length);
    if (findNotFinite(trained) !== -1) throw diverged(training.epochs - 1, training.learningRate);
    return { weights: trained, examples: read.examples, steps, trainLoss };
  };

  return {
    layout: network.layout,
    parameters: network.parameters,
    initialise: (seed) => buildInitialWeights(network, seed),
    fit,
    evaluate: ({ weights, data }) => {
      checkWeights(weights, network.parameters);
      const batches = reader.read(data);
      const { examples } = batches;
      const most = Math.min(EVALUATION_ROWS, examples);
      const inputWords = batches.words(most);
      const plan = planWorkspace({ network, rows: most, inputWords, training: false, vectors: 0 });
      const workspace = begin(plan, weights);
      const order = Uint32Array.from({ length: examples }, (_, i) => i);
      let lossSum = 0;
      let correct = 0;
      for (let start = 0; start < examples; start += EVALUATION_ROWS) {
        const end = Math.min(start + EVALUATION_ROWS, examples);
        const rows = end - start;
        loadBatch({ kernel, workspace, batches, order, start, end });
        runForward({ kernel, network, workspace, rows, training: false });
        const scored = lossRows(workspace, rows);
        correct += countCorrect(kernel, { ...scored, loss });
        lossSum += applyLoss(kernel, loss, scored);
      }
      return { examples, lossSum, correct };
    },
  };
}

function loadBatch(options: {
  readonly kernel: Kernel;
  readonly workspace: Workspace;
  readonly batches: Batches;
  readonly order: Uint32Array;
  readonly start: number;
  readonly end: number;
}): void {
  const { kernel, workspace, batches, order, start, end } = options;
  batches.load({ kernel, to: workspace.input, order, start, end });
  for (let i = start; i < end; i++) {
    kernel.floats[workspace.targets + i - start] = batches.targets[order[i] as number] as number;
  }
}

/** Fisher and Yates over typed numbers, from the identity in the first epoch, then onwards. */
function shuffle(order: Uint32Array, seed: string): void {
  const random = createSeededRandom(seed);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const held = order[i] as number;
    order[i] = order[j] as number;
    order[j] = held;
  }
}

function diverged(epoch: number, learningRate: number): Error {
  return learningError({
    code: 'TRAINING_DIVERGED',
    message: `the training loss or a weight of epoch ${epoch} is not a finite number`,
    remedy: 'Lower the learning rate.',
    fields: { epoch, learningRate },
  });
}
