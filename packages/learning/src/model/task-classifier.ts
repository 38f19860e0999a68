import { canonicalJson } from '@ddai/core';
import { createFeaturiser, type Featuriser } from '../features/featuriser.ts';
import { softmaxInPlace } from '../training/softmax-trainer.ts';
import { indexOfLargest } from './intent-classifier.ts';
import type { IntentModel } from './intent-model.ts';
import { createLinearScorer } from './linear-scorer.ts';

/** What a ticket is asked: what it wants, what it is about, how urgent it is, how its writer feels. */
export const TICKET_TASKS = ['intent', 'topic', 'priority', 'sentiment'] as const;
export type TicketTask = (typeof TICKET_TASKS)[number];

/** What one model says of one text. */
export interface Classification {
  readonly label: string;
  /** Calibrated when the model is. */
  readonly probability: number;
  /** Whether the text belongs to none of the labels; null when the model has no rule for it. */
  readonly outOfScope: boolean | null;
}

export type TaskClassifications = Readonly<Record<TicketTask, Classification | null>>;

/** Answers all tasks for a text at once. Not safe to share between threads: it reuses its buffers. */
export interface TaskClassifier {
  /** Null for a task without a model. */
  classify(text: string): TaskClassifications;
  /** Probability of every label of one task, in the order of its model; undefined without a model. */
  probabilities(task: TicketTask, text: string): Float64Array | undefined;
}

/**
 * Serves up to four models. A text is featurised once for all models that read it in the same way.
 *
 * @example
 * const classifier = createTaskClassifier({ intent: parseIntentModel(bytes) });
 * classifier.classify('my card has not arrived').intent?.label;
 */
export function createTaskClassifier(
  models: Readonly<Partial<Record<TicketTask, IntentModel>>>,
): TaskClassifier {
  const featurisers = new Map<string, { featuriser: Featuriser; length: number }>();
  const heads = TICKET_TASKS.flatMap((task) => {
    const model = models[task];
    if (model === undefined) return [];
    const key = canonicalJson(model.featuriser);
    const shared = featurisers.get(key) ?? {
      featuriser: createFeaturiser(model.featuriser),
      length: 0,
    };
    featurisers.set(key, shared);
    return [{ task, model, shared, scorer: createLinearScorer(model) }];
  });

  const probabilitiesOf = ({ model, shared, scorer }: (typeof heads)[number]): Float64Array => {
    const scores = scorer.score(shared.featuriser, shared.length);
    const probabilities = scores.map((score) => score / model.temperature);
    softmaxInPlace(probabilities);
    return probabilities;
  };

  const classifyWith = (head: (typeof heads)[number]): Classification => {
    const { model, shared } = head;
    const probabilities = probabilitiesOf(head);
    const best = indexOfLargest(probabilities);
    const probability = probabilities[best] as number;
    const rule = model.outOfScope;
    // A text without a word says nothing: what the biases prefer is no answer to it.
    const outOfScope =
      rule === undefined ? null : shared.length === 0 || probability < rule.threshold;
    return { label: model.labels[best] as string, probability, outOfScope };
  };

  return {
    classify: (text) => {
      for (const shared of featurisers.values()) shared.length = shared.featuriser.featurise(text);
      const found = heads.map((head) => [head.task, classifyWith(head)] as const);
      return { ...NOTHING, ...Object.fromEntries(found) };
    },
    probabilities: (task, text) => {
      const head = heads.find((each) => each.task === task);
      if (head === undefined) return undefined;
      head.shared.length = head.shared.featuriser.featurise(text);
      return probabilitiesOf(head);
    },
  };
}

const NOTHING: TaskClassifications = { intent: null, topic: null, priority: null, sentiment: null };
