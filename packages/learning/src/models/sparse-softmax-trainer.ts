import { checkSparseExamples } from '../examples/check-examples.ts';
import { checkTargets } from '../examples/check-targets.ts';
import type { SparseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { assertConverging } from '../training/assert-converging.ts';
import { checkFit, checkWeights } from '../training/check-fit.ts';
import { evaluateRows } from '../training/evaluate-rows.ts';
import { type LabelledRows, parameterCount, trainEpoch } from '../training/softmax-trainer.ts';
import type { FitOptions, Trainer } from '../training/trainer.ts';
import type { SparseSoftmaxSpec } from './model-spec.ts';
import { createSparseLinearTrainer } from './sparse-linear-trainer.ts';

/**
 * The trainer of the intent model behind the common interface: under plain SGD the same bits as
 * `trainEpoch`, which moves only the weights of features that a batch has. μ of FedProx and the
 * correction of SCAFFOLD cost a pass over the vector a batch. Momentum, Adam and weight decay move
 * every weight in every step anyway, so `sparse-linear`, whose vector is laid out alike, does them.
 */
export function createSparseSoftmaxTrainer(
  spec: SparseSoftmaxSpec,
  kernel: Kernel,
): Trainer<SparseExamples> {
  const { dimension, outputs } = spec;
  const loss = 'softmax-cross-entropy';
  const linear = createSparseLinearTrainer(
    { kind: 'sparse-linear', dimension, outputs, loss },
    kernel,
  );
  const shape = { dimension, labels: outputs };
  const parameters = parameterCount(shape);

  const check = (data: SparseExamples): LabelledRows => {
    const rows = checkSparseExamples(data, dimension);
    const { targets } = data;
    checkTargets({ targets, rows, outputs, loss });
    return { rows: data.rows, targets: targets as Uint16Array };
  };

  return {
    ...linear,
    fit: (fit) => {
      checkFit(fit, { parameters, isSparse: true });
      const { training, seed } = fit;
      const { epochs, batchSize, learningRate, optimiser, weightDecay = 0 } = training;
      if (optimiser !== 'sgd' || weightDecay !== 0) return linear.fit(fit);
      const data = check(fit.data);
      const examples = data.targets.length;
      const weights = fit.weights.slice();
      const sgd = { ...training, seed };
      const beforeStep = pullOf(fit);
      let trainLoss = 0;
      for (let epoch = 0; epoch < epochs; epoch++)
        trainLoss = trainEpoch({ weights, shape, data, sgd, epoch, ...beforeStep });
      assertConverging({ loss: trainLoss, epoch: epochs - 1, learningRate, weights });
      const steps = epochs * Math.ceil(examples / batchSize);
      return { weights, examples, steps, trainLoss };
    },
    evaluate: ({ weights, data }) => {
      checkWeights(weights, parameters);
      const { lossSum, correct, examples } = evaluateRows({ weights, shape, data: check(data) });
      assertConverging({ loss: lossSum, epoch: 0, learningRate: 0 });
      return { examples, lossSum, correct };
    },
  };
}

/** What FedProx and SCAFFOLD add to a step, in float64 until it is stored. */
function pullOf({
  weights: anchor,
  proximal = 0,
  gradientCorrection: correction,
}: FitOptions<SparseExamples>): {
  readonly beforeStep?: (weights: Float32Array, learningRate: number) => void;
} {
  const length = anchor.length;
  // Without a branch in the loop: it runs over every weight in every step.
  if (correction !== undefined)
    return {
      beforeStep: (weights, learningRate) => {
        for (let i = 0; i < length; i++) {
          const weight = weights[i] as number;
          const pull = proximal * (weight - (anchor[i] as number)) + (correction[i] as number);
          weights[i] = weight - learningRate * pull;
        }
      },
    };
  if (proximal === 0) return {};
  return {
    beforeStep: (weights, learningRate) => {
      const rate = learningRate * proximal;
      for (let i = 0; i < length; i++) {
        const weight = weights[i] as number;
        weights[i] = weight - rate * (weight - (anchor[i] as number));
      }
    },
  };
}
