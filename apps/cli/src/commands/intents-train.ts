import {
  calibrateIntentModel,
  type IntentModel,
  parseIntentModel,
  serialiseIntentModel,
  trainCentralised,
} from '@ddai/learning';
import { readFileLimited, writeFileDurably } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';
import { readTickets, readTrainable } from '../input/read-tickets.ts';
import { percent, printResult } from '../output/print-result.ts';
import { createProgressBar } from '../output/progress-bar.ts';

export interface IntentsTrainFlags {
  readonly train: string;
  readonly out: string;
  readonly labelColumn: string;
  readonly kept: number;
  readonly seed: string;
  readonly json: boolean;
}

export interface IntentsCalibrateFlags {
  readonly model: string;
  readonly tickets: string;
  readonly out: string;
  readonly labelColumn: string;
  readonly kept: number;
  readonly json: boolean;
}

/** A model of 2^22 features by some 200 labels; the gateway takes less. */
const MAX_MODEL_BYTES = 2 ** 32 - 1;

/** `ddai intents train`: a calibrated model of one label column, in a file. */
export function intentsTrain(flags: IntentsTrainFlags): void {
  const { train, out, labelColumn, kept, seed, json } = flags;
  const tickets = readTrainable(train, 2, labelColumn);
  const bar = createProgressBar(process.stderr);
  const model = trainCentralised({
    tickets,
    seed,
    kept,
    onEpoch: (epoch, loss) => bar.update(epoch, epoch, `epochs, loss ${loss.toFixed(3)}`),
  });
  bar.end();
  writeModel(model, { out, json });
}

/** `ddai intents calibrate`: a copy of a model that fits held-out tickets of one's own. */
export function intentsCalibrate(flags: IntentsCalibrateFlags): void {
  const { model: file, tickets, out, labelColumn, kept, json } = flags;
  const model = parseIntentModel(readFileLimited(callerPath(file), MAX_MODEL_BYTES));
  const calibrated = calibrateIntentModel(model, readTickets(tickets, labelColumn), { kept });
  writeModel(calibrated, { out, json });
}

function writeModel(
  model: IntentModel,
  { out, json }: { readonly out: string; readonly json: boolean },
): void {
  const bytes = serialiseIntentModel(model);
  writeFileDurably(callerPath(out), bytes);
  const { labels, temperature, outOfScope } = model;
  printResult(
    { out, bytes: bytes.length, labels, temperature, outOfScope: outOfScope ?? null },
    {
      json,
      lines: [
        `model         ${out}, ${labels.length} labels, ${bytes.length.toLocaleString('en')} bytes`,
        `temperature   ${temperature.toFixed(3)}`,
        ...(outOfScope === undefined
          ? []
          : [
              outOfScope.threshold === 0
                ? `out of scope  nothing: ${outOfScope.tickets} tickets are too few to promise that ${percent(outOfScope.kept)} are kept`
                : `out of scope  below a probability of ${outOfScope.threshold.toFixed(3)}, which keeps ${percent(outOfScope.kept)} of what is in scope (${outOfScope.tickets} tickets)`,
            ]),
      ],
    },
  );
}
