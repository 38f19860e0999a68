import { exp, log } from './elementary.ts';
import {
  type LabelledRows,
  type SoftmaxShape,
  scoreRow,
  softmaxInPlace,
} from './softmax-trainer.ts';

/** Scores before the softmax of examples that the model did not see, with their labels' indices. */
export interface ScoredRows {
  readonly scores: readonly Float64Array[];
  readonly targets: ArrayLike<number>;
}

/** Bounds: a small held-out set without a single error would ask for certainty. */
const LOWEST = 1 / 4;
const HIGHEST = 8;
const STEPS = 40;
const GOLDEN = 0.6180339887498949;

/** A linear model's scores of all rows. */
export function scoreRows({
  weights,
  shape,
  data,
}: {
  readonly weights: Float32Array;
  readonly shape: SoftmaxShape;
  readonly data: LabelledRows;
}): ScoredRows {
  const scores = Array.from(data.targets, (_, row) => {
    const own = new Float64Array(shape.labels);
    scoreRow({ weights, shape, rows: data.rows, row, scores: own });
    return own;
  });
  return { scores, targets: data.targets };
}

/**
 * The temperature that minimises the cross-entropy on held-out examples (Guo et al. 2017, section
 * 4.2), by golden-section search on its logarithm between 1/4 and 8. 1 without examples.
 */
export function fitTemperatureToScores({ scores, targets }: ScoredRows): number {
  if (scores.length === 0) return 1;
  const lossAt = (logT: number): number => {
    const temperature = exp(logT);
    let loss = 0;
    scores.forEach((row, i) => {
      const scaled = row.map((score) => score / temperature);
      const target = scaled[targets[i] as number] as number;
      loss += softmaxInPlace(scaled) - target;
    });
    return loss;
  };
  let low = log(LOWEST);
  let high = log(HIGHEST);
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let leftLoss = lossAt(left);
  let rightLoss = lossAt(right);
  for (let step = 0; step < STEPS; step++) {
    if (leftLoss <= rightLoss) {
      high = right;
      right = left;
      rightLoss = leftLoss;
      left = high - GOLDEN * (high - low);
      leftLoss = lossAt(left);
    } else {
      low = left;
      left = right;
      leftLoss = rightLoss;
      right = low + GOLDEN * (high - low);
      rightLoss = lossAt(right);
    }
  }
  return exp((low + high) / 2);
}
