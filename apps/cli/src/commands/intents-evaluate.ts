import { evaluateIntents } from '@ddai/learning';
import { readTrainable } from '../input/read-tickets.ts';
import { percent, printResult } from '../output/print-result.ts';
import { createProgressBar } from '../output/progress-bar.ts';
import { stopwatch } from './stopwatch.ts';

export interface IntentsEvaluateFlags {
  readonly train: string;
  readonly test: string;
  readonly seed: string;
  readonly json: boolean;
}

/** `ddai intents evaluate`: trains on one file in one place, measures on the other. */
export function intentsEvaluate({ train, test, seed, json }: IntentsEvaluateFlags): void {
  const bar = createProgressBar(process.stderr);
  const [trainTickets, testTickets] = [readTrainable(train), readTrainable(test, 1)];
  const { accuracy, accuracyInterval, examples, labels, trainSeconds, inferencesPerCpuSecond } =
    evaluateIntents({
      train: trainTickets,
      test: testTickets,
      seed,
      stopwatch,
      onEpoch: (epoch, loss) => bar.update(epoch, epoch, `epochs, loss ${loss.toFixed(3)}`),
    });
  bar.end();
  printResult(
    { accuracy, accuracyInterval, examples, labels, trainSeconds, inferencesPerCpuSecond },
    {
      json,
      lines: [
        `accuracy    ${percent(accuracy)}  (95 %: ${percent(accuracyInterval.low)} to ${percent(accuracyInterval.high)}, ${examples} test tickets, ${labels} intents)`,
        `training    ${trainSeconds.toFixed(1)} s`,
        `inference   ${Math.round(inferencesPerCpuSecond).toLocaleString('en')} texts per CPU-second`,
      ],
    },
  );
}
