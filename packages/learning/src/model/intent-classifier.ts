import { createFeaturiser } from '../features/featuriser.ts';
import { softmaxInPlace } from '../training/softmax-trainer.ts';
import type { IntentModel } from './intent-model.ts';
import { createLinearScorer } from './linear-scorer.ts';

/** One intent with its calibrated probability. */
export interface IntentScore {
  readonly label: string;
  readonly probability: number;
}

/** Names the intent of a text. Not safe to share between threads: it reuses its own buffers. */
export interface IntentClassifier {
  readonly labels: readonly string[];
  /** Probability of every label, in the order of `labels`; they sum to 1. */
  probabilities(text: string): Float64Array;
  /** The likeliest intents, best first; ties in the order of `labels`. Default: the first alone. */
  classify(text: string, limit?: number): IntentScore[];
  /** The index of the likeliest label, without the cost of a probability. */
  predict(text: string): number;
}

/**
 * @example
 * const classifier = createIntentClassifier(parseIntentModel(bytes));
 * const [best] = classifier.classify('my card has not arrived', 1);
 */
export function createIntentClassifier(model: IntentModel): IntentClassifier {
  const featuriser = createFeaturiser(model.featuriser);
  const { labels, temperature } = model;
  const scorer = createLinearScorer(model);
  const score = (text: string): Float64Array =>
    scorer.score(featuriser, featuriser.featurise(text));

  function probabilities(text: string): Float64Array {
    const result = score(text).map((value) => value / temperature);
    softmaxInPlace(result);
    return result;
  }

  return {
    labels,
    probabilities,
    classify: (text, limit = 1) => {
      const all = probabilities(text);
      return labels
        .map((label, i) => ({ label, probability: all[i] as number }))
        .sort((a, b) => b.probability - a.probability)
        .slice(0, limit);
    },
    predict: (text) => indexOfLargest(score(text)),
  };
}

/** The first index of the largest value. */
export function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) {
    if ((values[i] as number) > (values[best] as number)) best = i;
  }
  return best;
}
