import { createSeededRandom } from '@ddai/core';
import type { DenseExamples, Trainer } from '../src/index.ts';

/** Binary logistic regression in a few lines: a real trainer whose mathematics fit on a page. */
export function createLogisticTrainer(width: number): Trainer<DenseExamples> {
  const score = (weights: Float32Array, data: DenseExamples, row: number): number => {
    let sum = weights[width] as number;
    for (let i = 0; i < width; i++) {
      sum += (weights[i] as number) * (data.features[row * width + i] as number);
    }
    return 1 / (1 + Math.exp(-sum));
  };
  return {
    layout: [
      { name: 'weight', shape: [width], offset: 0, length: width, isNormalisation: false },
      { name: 'bias', shape: [1], offset: width, length: 1, isNormalisation: true },
    ],
    parameters: width + 1,
    initialise: () => new Float32Array(width + 1),
    fit: ({ weights: begun, data, training, seed, proximal = 0, gradientCorrection }) => {
      const weights = begun.slice();
      const rows = data.targets.length;
      let [steps, lossSum] = [0, 0];
      for (let epoch = 0; epoch < training.epochs; epoch++) {
        const order = Array.from({ length: rows }, (_, row) => row);
        createSeededRandom(`${seed}/${epoch}`).shuffle(order);
        lossSum = 0;
        for (let at = 0; at < rows; at += training.batchSize) {
          const batch = order.slice(at, at + training.batchSize);
          const gradient = new Float64Array(width + 1);
          for (const row of batch) {
            const p = score(weights, data, row);
            const y = data.targets[row] as number;
            lossSum -= Math.log(y === 1 ? p : 1 - p);
            for (let i = 0; i < width; i++) {
              gradient[i] =
                (gradient[i] as number) +
                ((p - y) * (data.features[row * width + i] as number)) / batch.length;
            }
            gradient[width] = (gradient[width] as number) + (p - y) / batch.length;
          }
          for (let i = 0; i <= width; i++) {
            const w = weights[i] as number;
            const pull = proximal * (w - (begun[i] as number)) + (gradientCorrection?.[i] ?? 0);
            weights[i] = w - training.learningRate * ((gradient[i] as number) + pull);
          }
          steps += 1;
        }
      }
      return { weights, examples: rows, steps, trainLoss: lossSum / rows };
    },
    evaluate: ({ weights, data }) => {
      const rows = data.targets.length;
      let [lossSum, correct] = [0, 0];
      for (let row = 0; row < rows; row++) {
        const p = score(weights, data, row);
        const y = data.targets[row] as number;
        lossSum -= Math.log(y === 1 ? p : 1 - p);
        correct += p >= 0.5 === (y === 1) ? 1 : 0;
      }
      return { examples: rows, lossSum, correct };
    },
  };
}
