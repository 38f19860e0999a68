import { createIntentClassifier } from '../model/intent-classifier.ts';
import type { IntentModel } from '../model/intent-model.ts';
import { type Classification, createTaskClassifier } from '../model/task-classifier.ts';
import { areaUnderCurve } from '../statistics/area-under-curve.ts';
import { expectedCalibrationError } from '../statistics/calibration-error.ts';
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
  /** With the five trainings that calibrate it. */
  readonly trainSeconds: number;
  /** Expected calibration error on the test tickets, in [0, 1]. */
  readonly calibrationError: number;
  /** Share of the test tickets that is taken to be in scope. */
  readonly inScopeKept: number;
  /** How texts of no label fared, where such were given. */
  readonly outOfScope?: OutOfScopeEvaluation;
  /** From text to label on one thread. */
  readonly inferencesPerCpuSecond: number;
  readonly model: IntentModel;
}

export interface OutOfScopeEvaluation {
  readonly texts: number;
  /** Share of them that the model's rule finds. */
  readonly recall: number;
  /** 95%, Wilson. */
  readonly recallInterval: Interval;
  /** Chance that a random test ticket has a larger probability than a random one of these. */
  readonly areaUnderCurve: number;
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
  /** Texts that belong to no label of `train`. */
  readonly outOfScope?: readonly string[];
  /** Share of in-scope texts that the rule is to keep. Default 0.95. */
  readonly kept?: number;
  readonly stopwatch: Stopwatch;
  readonly seed?: number | string;
  readonly onEpoch?: (epoch: number, loss: number) => void;
}): IntentEvaluation {
  const { train, test, outOfScope = [], kept, stopwatch, seed = 1, onEpoch } = options;
  assertTrainable({ file: 'train', tickets: train });
  assertTrainable({ file: 'test', tickets: test, minPerCategory: 1 });
  const startedAt = stopwatch.seconds();
  const model = trainCentralised({
    tickets: train,
    seed,
    ...(kept === undefined ? {} : { kept }),
    ...(onEpoch === undefined ? {} : { onEpoch }),
  });
  const trainSeconds = stopwatch.seconds() - startedAt;
  const classifier = createIntentClassifier(model);
  const tasks = createTaskClassifier({ intent: model });
  const classify = (text: string): Classification => tasks.classify(text).intent as Classification;
  const judged = test.map(({ text }) => classify(text));
  const hits = judged.map(({ label }, i) => label === test[i]?.category);
  const correct = hits.filter(Boolean).length;
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
    calibrationError: expectedCalibrationError(
      judged.map(({ probability }) => probability),
      hits,
    ),
    inScopeKept: judged.filter((one) => one.outOfScope !== true).length / test.length,
    ...(outOfScope.length === 0
      ? {}
      : { outOfScope: judgeOutOfScope(judged, outOfScope.map(classify)) }),
    inferencesPerCpuSecond: inferences / cpuSeconds,
    model,
  };
}

function judgeOutOfScope(
  inScope: readonly Classification[],
  others: readonly Classification[],
): OutOfScopeEvaluation {
  const found = others.filter(({ outOfScope }) => outOfScope === true).length;
  const all = [...inScope, ...others];
  return {
    texts: others.length,
    recall: found / others.length,
    recallInterval: wilsonInterval(found, others.length),
    areaUnderCurve: areaUnderCurve(
      all.map(({ probability }) => probability),
      all.map((_, i) => (i < inScope.length ? 1 : 0)),
    ),
  };
}
