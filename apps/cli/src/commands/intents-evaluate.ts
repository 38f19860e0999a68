import { evaluateIntents } from '@ddai/learning';
import { readTickets, readTrainable } from '../input/read-tickets.ts';
import { percent, printResult } from '../output/print-result.ts';
import { createProgressBar } from '../output/progress-bar.ts';
import { stopwatch } from './stopwatch.ts';

export interface IntentsEvaluateFlags {
  readonly train: string;
  readonly test: string;
  readonly outOfScope?: string;
  readonly labelColumn: string;
  readonly kept: number;
  readonly seed: string;
  readonly json: boolean;
}

/** `ddai intents evaluate`: trains on one file in one place, measures on the other. */
export function intentsEvaluate(flags: IntentsEvaluateFlags): void {
  const { train, test, outOfScope: strangeFile, labelColumn, kept, seed, json } = flags;
  const trainTickets = readTrainable(train, 2, labelColumn);
  const testTickets = readTrainable(test, 1, labelColumn);
  const strange = strangeFile === undefined ? [] : readTickets(strangeFile, labelColumn);
  const bar = createProgressBar(process.stderr);
  const { model: _model, ...result } = evaluateIntents({
    train: trainTickets,
    test: testTickets,
    outOfScope: strange.map(({ text }) => text),
    kept,
    seed,
    stopwatch,
    onEpoch: (epoch, loss) => bar.update(epoch, epoch, `epochs, loss ${loss.toFixed(3)}`),
  });
  bar.end();
  const { accuracy, accuracyInterval, examples, labels, trainSeconds } = result;
  const { calibrationError, inScopeKept, outOfScope, inferencesPerCpuSecond } = result;
  printResult(
    { ...result },
    {
      json,
      lines: [
        `accuracy     ${percent(accuracy)}  (95 %: ${percent(accuracyInterval.low)} to ${percent(accuracyInterval.high)}, ${examples} test tickets, ${labels} labels)`,
        `calibration  ${percent(calibrationError)} expected error`,
        `in scope     ${percent(inScopeKept)} of the test tickets kept, chosen for ${percent(kept)}`,
        ...(outOfScope === undefined
          ? []
          : [
              `out of scope ${percent(outOfScope.recall)} of ${outOfScope.texts} found  (95 %: ${percent(outOfScope.recallInterval.low)} to ${percent(outOfScope.recallInterval.high)}), area under ROC ${outOfScope.areaUnderCurve.toFixed(3)}`,
            ]),
        `training     ${trainSeconds.toFixed(1)} s, calibration included`,
        `inference    ${Math.round(inferencesPerCpuSecond).toLocaleString('en')} texts per CPU-second`,
      ],
    },
  );
}
