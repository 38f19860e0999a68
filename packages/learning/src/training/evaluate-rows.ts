import { indexOfLargest } from '../model/intent-classifier.ts';
import {
  type LabelledRows,
  type SoftmaxShape,
  scoreRow,
  softmaxInPlace,
} from './softmax-trainer.ts';

/** How a model does on examples that it was not trained on. */
export interface Evaluation {
  readonly examples: number;
  readonly correct: number;
  /** Summed cross-entropy in nats. */
  readonly lossSum: number;
  /** Whether each example was right, in their order: for paired comparisons. */
  readonly hits: readonly boolean[];
}

/** Measures accuracy and loss; `temperature` divides the scores first (default 1). */
export function evaluateRows(options: {
  readonly weights: Float32Array;
  readonly shape: SoftmaxShape;
  readonly data: LabelledRows;
  readonly temperature?: number;
}): Evaluation {
  const { weights, shape, data, temperature = 1 } = options;
  const scores = new Float64Array(shape.labels);
  const hits: boolean[] = [];
  let lossSum = 0;
  for (let row = 0; row < data.targets.length; row++) {
    const target = data.targets[row] as number;
    scoreRow({ weights, shape, rows: data.rows, row, scores });
    hits.push(indexOfLargest(scores) === target);
    for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / temperature;
    const targetScore = scores[target] as number;
    lossSum += softmaxInPlace(scores) - targetScore;
  }
  return {
    examples: hits.length,
    correct: hits.filter((hit) => hit).length,
    lossSum,
    hits,
  };
}
