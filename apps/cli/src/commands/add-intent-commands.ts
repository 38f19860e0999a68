import { DEFAULT_KEPT, DEFAULT_LABEL_COLUMN, isLabelColumn } from '@ddai/learning';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { intentsEvaluate } from './intents-evaluate.ts';
import { intentsCalibrate, intentsTrain } from './intents-train.ts';

/** Adds `ddai intents train`, `calibrate` and `evaluate`. */
export function addIntentCommands(program: Command): void {
  const json = new Option('--json', 'one JSON object on standard output').default(false);
  const labelColumn = new Option(
    '--label-column <name>',
    'column of the labels, for instance topic, priority or sentiment',
  )
    .argParser(parseLabelColumn)
    .default(DEFAULT_LABEL_COLUMN);
  const kept = new Option('--kept <share>', 'of what is in scope, above 0 and below 1')
    .argParser(parseShare)
    .default(DEFAULT_KEPT);
  const intents = program
    .command('intents')
    .description('Models that name a ticket’s intent, topic, priority or sentiment');
  intents
    .command('train')
    .description('Train a calibrated model in one place')
    .requiredOption('--train <file>', 'CSV with text and the label column')
    .requiredOption('--out <file>', 'write the model there, safetensors')
    .addOption(labelColumn)
    .addOption(kept)
    .option('--seed <seed>', 'decides the order of training', '1')
    .addOption(json)
    .action(intentsTrain);
  intents
    .command('calibrate')
    .description('Fit a model’s probabilities and its out-of-scope rule to tickets it has not seen')
    .requiredOption('--model <file>', 'safetensors, for instance of a federated job')
    .requiredOption('--tickets <file>', 'held-out tickets: CSV with text and the label column')
    .requiredOption('--out <file>', 'write the calibrated model there')
    .addOption(labelColumn)
    .addOption(kept)
    .addOption(json)
    .action(intentsCalibrate);
  intents
    .command('evaluate')
    .description('Train on one file in one place, measure on the other')
    .requiredOption('--train <file>', 'CSV with text and the label column')
    .requiredOption('--test <file>', 'CSV with text and the label column')
    .option('--out-of-scope <file>', 'tickets that belong to none of the labels, in the same form')
    .addOption(labelColumn)
    .addOption(kept)
    .option('--seed <seed>', 'decides the order of training', '1')
    .addOption(json)
    .action(intentsEvaluate);
}

function parseLabelColumn(text: string): string {
  if (isLabelColumn(text)) return text;
  throw new InvalidArgumentError(
    'Expected 1 to 64 letters, digits, points, hyphens or underscores, and not text or completion.',
  );
}

function parseShare(text: string): number {
  const value = Number(text);
  if (/^0?\.\d+$/.test(text) && value > 0 && value < 1) return value;
  throw new InvalidArgumentError('Expected a number above 0 and below 1.');
}
