import { createSeededRandom } from '@ddai/core';
import { checkTargets } from '../examples/check-targets.ts';
import type { Targets } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { assertConverging } from '../training/assert-converging.ts';
import { checkFit, checkWeights } from '../training/check-fit.ts';
import type { Trainer } from '../training/trainer.ts';
import { bindNetwork } from './bind-network.ts';
import type { InputStage } from './input-stage.ts';
import type { Layer } from './layer.ts';
import { countCorrect, type Loss } from './loss.ts';
import { createOptimiser } from './optimiser.ts';
import { initialiseTensors, layOut, trainedRuns } from './parameter-layout.ts';

/** Examples of one pass of `evaluate`: enough for fast products, few enough for little memory. */
const EVALUATION_ROWS = 64;

export interface NetworkOptions<Data> {
  readonly input: InputStage<Data>;
  readonly layers: readonly Layer[];
  readonly loss: Loss;
}

/**
 * Backpropagation through a stack of layers (Rumelhart, Hinton and Williams 1986) in minibatches
 * over a seeded order. An epoch's last batch may be smaller; its gradient is the mean over it.
 */
export function createNetworkTrainer<Data extends { readonly targets: Targets }>(
  options: NetworkOptions<Data>,
  kernel: Kernel,
): Trainer<Data> {
  const { input, layers, loss } = options;
  const tensors = [...input.tensors, ...layers.flatMap((layer) => layer.tensors)];
  const layout = layOut(tensors);
  const parameters = layout.reduce((sum, { length }) => sum + length, 0);
  const outputs = layers.at(-1)?.outputs ?? input.outputs;
  const inputParameters = layOut(input.tensors).reduce((sum, { length }) => sum + length, 0);
  const allRuns = trainedRuns(tensors);
  const layerRuns = trainedRuns(layers.flatMap((layer) => layer.tensors)).map(
    ([offset, length]) => [offset + inputParameters, length] as const,
  );

  const check = (data: Data): number => {
    const rows = input.check(data);
    checkTargets({ targets: data.targets, rows, outputs, loss });
    return rows;
  };

  return {
    layout,
    parameters,
    initialise: (seed) => initialiseTensors(tensors, seed),
    fit: (fit) => {
      const { training, seed, data } = fit;
      checkFit(fit, { parameters, isSparse: input.dropFeatures !== undefined });
      const examples = check(data);
      const { epochs, learningRate, featureDropout = 0 } = training;
      const batchSize = Math.min(training.batchSize, examples);
      kernel.releaseAll();
      const network = bindNetwork(options, { kernel, maxRows: batchSize, isTraining: true });
      const { weights, gradient } = network;
      kernel.memory.set(fit.weights, weights);
      const optimiser = createOptimiser({ kernel, fit, weights, gradient });
      let [steps, trainLoss] = [0, 0];
      for (let epoch = 0; epoch < epochs; epoch++) {
        const order = Array.from({ length: examples }, (_, i) => i);
        createSeededRandom(`${seed}/epoch-${epoch}`).shuffle(order);
        const dropoutSeed = `${seed}/dropout-${epoch}`;
        const seen = input.dropFeatures?.(data, featureDropout, dropoutSeed) ?? data;
        let lossSum = 0;
        for (let from = 0; from < examples; from += batchSize) {
          const batch = { data: seen, order, from, rows: Math.min(batchSize, examples - from) };
          lossSum += network.forward(batch);
          network.backward(batch);
          optimiser.begin();
          if (optimiser.isLocal) network.learningInput?.eachTouchedRun(optimiser.step);
          for (const [offset, length] of optimiser.isLocal ? layerRuns : allRuns)
            optimiser.step(offset, length);
          network.learningInput?.clear(!optimiser.isLocal);
          steps += 1;
        }
        trainLoss = lossSum / examples;
        assertConverging({ loss: trainLoss, epoch, learningRate });
      }
      const result = Float32Array.from(kernel.memory.subarray(weights, weights + parameters));
      assertConverging({ loss: trainLoss, epoch: epochs - 1, learningRate, weights: result });
      return { weights: result, examples, steps, trainLoss };
    },
    evaluate: ({ weights, data }) => {
      checkWeights(weights, parameters);
      const examples = check(data);
      kernel.releaseAll();
      const maxRows = Math.min(EVALUATION_ROWS, examples);
      const network = bindNetwork(options, { kernel, maxRows, isTraining: false });
      kernel.memory.set(weights, network.weights);
      const order = Array.from({ length: examples }, (_, i) => i);
      let [lossSum, correct] = [0, 0];
      for (let from = 0; from < examples; from += maxRows) {
        const rows = Math.min(maxRows, examples - from);
        lossSum += network.forward({ data, order, from, rows });
        const { scores, targets } = network;
        correct += countCorrect({ loss, kernel, rows, outputs, scores, targets });
      }
      assertConverging({ loss: lossSum, epoch: 0, learningRate: 0 });
      return { examples, lossSum, correct };
    },
  };
}
