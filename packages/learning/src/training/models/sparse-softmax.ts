import { learningError } from '../../errors.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { checkSparseExamples } from '../check-sparse-examples.ts';
import { checkTraining, checkWeights } from '../check-training.ts';
import { evaluateRows } from '../evaluate-rows.ts';
import { findNotFinite } from '../find-not-finite.ts';
import type { SparseSoftmaxSpec } from '../model-spec.ts';
import { buildNetwork } from '../network/build-network.ts';
import { createNetworkTrainer } from '../network/network-trainer.ts';
import { createSparseReader } from '../network/sparse-batches.ts';
import { type LabelledRows, trainEpoch } from '../softmax-trainer.ts';
import type { SparseExamples } from '../sparse-examples.ts';
import type { FitOptions, FitResult, Trainer } from '../trainer.ts';

/**
 * Softmax regression over sparse rows, with the bits of `trainEpoch`, which a job's participants
 * run: plain gradient descent touches only the parameters of features that a batch has. Whatever
 * moves all parameters in every step (momentum, Adam, weight decay, a proximal term, a gradient
 * correction) is left to the kernel, at the price of passes over the whole vector.
 */
export function createSparseSoftmaxTrainer(
  spec: SparseSoftmaxSpec,
  kernel: Kernel,
): Trainer<SparseExamples> {
  const loss = 'softmax-cross-entropy';
  const { dimension, outputs } = spec;
  const network = createNetworkTrainer({
    network: buildNetwork(spec),
    loss,
    reader: createSparseReader({ dimension, outputs, loss, pooling: 'sum' }),
    kernel,
  });
  const shape = { dimension, labels: outputs };
  const label = (data: SparseExamples): LabelledRows => {
    checkSparseExamples(data, { dimension, outputs, loss });
    const { rows, targets } = data;
    return { rows, targets: targets instanceof Uint16Array ? targets : Uint16Array.from(targets) };
  };

  const fitSparse = ({ weights: start, data, training, seed }: FitOptions<SparseExamples>) => {
    const labelled = label(data);
    const weights = start.slice();
    const examples = labelled.targets.length;
    let trainLoss = 0;
    for (let epoch = 0; epoch < training.epochs; epoch++)
      trainLoss = trainEpoch({
        weights,
        shape,
        data: labelled,
        sgd: { ...training, seed },
        epoch,
      });
    if (findNotFinite(weights) !== -1)
      throw learningError({
        code: 'TRAINING_DIVERGED',
        message: 'a weight is no longer a finite number',
        remedy: 'Lower the learning rate.',
        fields: { learningRate: training.learningRate },
      });
    const steps = training.epochs * Math.ceil(examples / training.batchSize);
    return { weights, examples, steps, trainLoss } satisfies FitResult;
  };

  return {
    ...network,
    fit: (options) => {
      checkTraining(options, network.parameters);
      return movesAll(options) ? network.fit(options) : fitSparse(options);
    },
    evaluate: ({ weights, data }) => {
      checkWeights(weights, network.parameters);
      const { examples, lossSum, correct } = evaluateRows({ weights, shape, data: label(data) });
      return { examples, lossSum, correct };
    },
  };
}

function movesAll(options: FitOptions<SparseExamples>): boolean {
  const { training, proximal = 0, gradientCorrection } = options;
  const { optimiser, weightDecay = 0 } = training;
  return (
    optimiser !== 'sgd' || weightDecay !== 0 || proximal !== 0 || gradientCorrection !== undefined
  );
}
