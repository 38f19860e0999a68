import { createSeededRandom } from '@ddai/core';
import {
  categoriesOf,
  createIntentClassifier,
  type IntentModel,
  selectForLabelling,
  type Ticket,
  trainCentralised,
} from '@ddai/learning';

export interface LearningCurves {
  readonly labelled: readonly number[];
  /** Mean accuracy over the seeds, one for each size. */
  readonly active: readonly number[];
  readonly random: readonly number[];
  /** Accuracy gained with the most labels, the least of all seeds. */
  readonly leastGain: number;
}

/** Two labels an intent on average to begin with, as many again in each of six rounds. */
const PER_ROUND = 154;
const ROUNDS = 6;
/** The queue of a busy week, from which a person is shown the best. */
const QUEUE = 2000;

/** Accuracy after N labels chosen by the labelling queue, and after N random ones. */
export function measureLearningCurves(options: {
  readonly pool: readonly Ticket[];
  readonly test: readonly Ticket[];
  readonly seeds: readonly number[];
}): LearningCurves {
  const { pool, test, seeds } = options;
  const labels = categoriesOf(pool);
  const runs = seeds.map((seed) => {
    const grow = (isActive: boolean): number[] => {
      const random = createSeededRandom(`${seed}/learning-curve`);
      const shuffled = random.shuffle([...pool]);
      const labelled = shuffled.slice(0, PER_ROUND);
      let rest = shuffled.slice(PER_ROUND);
      const accuracies: number[] = [];
      for (let round = 0; ; round++) {
        const model = trainCentralised({ tickets: labelled, labels, seed, calibrate: false });
        accuracies.push(accuracyOf(model, test));
        if (round === ROUNDS) return accuracies;
        const queue = rest.slice(0, QUEUE);
        const chosen = isActive ? choose(model, queue) : queue.slice(0, PER_ROUND);
        labelled.push(...chosen);
        const taken = new Set(chosen);
        rest = random.shuffle(rest.filter((ticket) => !taken.has(ticket)));
      }
    };
    return { active: grow(true), random: grow(false) };
  });
  const meanOf = (kind: 'active' | 'random'): number[] =>
    Array.from(
      { length: ROUNDS + 1 },
      (_, at) => runs.reduce((sum, run) => sum + (run[kind][at] as number), 0) / runs.length,
    );
  const gains = runs.map(({ active, random }) => (active.at(-1) ?? 0) - (random.at(-1) ?? 0));
  return {
    labelled: Array.from({ length: ROUNDS + 1 }, (_, round) => PER_ROUND * (round + 1)),
    active: meanOf('active'),
    random: meanOf('random'),
    leastGain: Math.min(...gains),
  };
}

function choose(model: IntentModel, queue: readonly Ticket[]): Ticket[] {
  const classifier = createIntentClassifier(model);
  const texts = queue.map(({ text }) => ({ text, probabilities: classifier.probabilities(text) }));
  return selectForLabelling({ texts, limit: PER_ROUND }).map(({ index }) => queue[index] as Ticket);
}

function accuracyOf(model: IntentModel, test: readonly Ticket[]): number {
  const classifier = createIntentClassifier(model);
  const right = test.filter(
    ({ text, category }) => model.labels[classifier.predict(text)] === category,
  );
  return right.length / test.length;
}
