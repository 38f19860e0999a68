import { createIntentClassifier } from '../model/intent-classifier.ts';
import type { IntentModel } from '../model/intent-model.ts';
import { type Interval, wilsonInterval } from '../statistics/intervals.ts';
import { assertTrainable } from '../tickets/assert-trainable.ts';
import type { Ticket } from '../tickets/ticket.ts';
import { trainCentralised } from '../training/train-centralised.ts';

/** Time is injected: `seconds` by the wall, `cpuSeconds` of this process. */
export interface Stopwatch {
  seconds(): number;
  cpuSeconds(): number;
}

export interface IntentEvaluation {
  readonly accuracy: number;
  /** 95%, Wilson. */
  readonly accuracyInterval: Interval;
  readonly examples: number;
  readonly labels: number;
  readonly trainSeconds: number;
  /** From text to label on one thread. */
  readonly inferencesPerCpuSecond: number;
  readonly model: IntentModel;
}

/** Inferences are timed for at least this long, so that the clock's grain does not matter. */
const LEAST_CPU_SECONDS = 1;

/**
 * Trains on one file's tickets and measures on the other's, in one place.
 * @throws {DdaiError} `TICKETS_CLASS_TOO_SMALL` and the like when `train` can't be learned from.
 */
export function evaluateIntents(options: {
  readonly train: readonly Ticket[];
  readonly test: readonly Ticket[];
  readonly stopwatch: Stopwatch;
  readonly seed?: number | string;
  readonly onEpoch?: (epoch: number, loss: number) => void;
}): IntentEvaluation {
  const { train, test, stopwatch, seed = 1, onEpoch } = options;
  assertTrainable({ file: 'train', tickets: train });
  assertTrainable({ file: 'test', tickets: test, minPerCategory: 1 });
  const startedAt = stopwatch.seconds();
  const model = trainCentralised({
    tickets: train,
    seed,
    calibrate: false,
    ...(onEpoch === undefined ? {} : { onEpoch }),
  });
  const trainSeconds = stopwatch.seconds() - startedAt;
  const classifier = createIntentClassifier(model);
  const correct = test.filter(
    ({ text, category }) => model.labels[classifier.predict(text)] === category,
  ).length;
  const cpuStartedAt = stopwatch.cpuSeconds();
  let inferences = 0;
  let cpuSeconds = 0;
  while (cpuSeconds < LEAST_CPU_SECONDS) {
    for (const { text } of test) classifier.predict(text);
    inferences += test.length;
    cpuSeconds = stopwatch.cpuSeconds() - cpuStartedAt;
  }
  return {
    accuracy: correct / test.length,
    accuracyInterval: wilsonInterval(correct, test.length),
    examples: test.length,
    labels: model.labels.length,
    trainSeconds,
    inferencesPerCpuSecond: inferences / cpuSeconds,
    model,
  };
}
