import type { Featuriser } from '../features/featuriser.ts';
import type { IntentModel } from './intent-model.ts';

/** The scores of one model's labels for a text that is featurised already. */
export interface LinearScorer {
  /**
   * Scores before the softmax, valid until the next call.
   * @param length how many entries of the featuriser's buffers are used.
   */
  score(features: Pick<Featuriser, 'indices' | 'values'>, length: number): Float64Array;
}

export function createLinearScorer({ weights, labels, featuriser }: IntentModel): LinearScorer {
  const count = labels.length;
  const bias = weights.subarray(featuriser.dimension * count);
  const scores = new Float64Array(count);
  return {
    score: ({ indices, values }, length) => {
      for (let label = 0; label < count; label++) scores[label] = bias[label] as number;
      for (let entry = 0; entry < length; entry++) {
        const base = (indices[entry] as number) * count;
        const value = values[entry] as number;
        for (let label = 0; label < count; label++) {
          scores[label] = (scores[label] as number) + value * (weights[base + label] as number);
        }
      }
      return scores;
    },
  };
}
