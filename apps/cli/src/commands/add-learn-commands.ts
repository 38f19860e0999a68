import { wholeNumber } from '@ddai/command-line';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { learnCheck } from './learn-check.ts';
import { learnCompare } from './learn-compare.ts';
import { learnSimulate } from './learn-simulate.ts';

const MANY = 100_000;
const MOST_BITS = 16;
const MOST_THREADS = 64;

/** Adds `ddai learn simulate`, `compare` and `check`. */
export function addLearnCommands(program: Command): void {
  const json = new Option('--json', 'one JSON object on standard output').default(false);
  const learn = program.command('learn').description('Federated learning');
  learn
    .command('simulate')
    .description('Train virtual participants together: tickets, a table or images')
    .option('--train <file>', 'tickets: CSV or parquet with text,category')
    .option('--test <file>', 'to measure on; of a table a fifth is set aside without it')
    .option('--data <file>', 'a table, CSV or parquet, or images as IDX')
    .option('--schema <file>', 'what the columns of the table mean, JSON')
    .option('--labels <file>', 'labels of the images, IDX')
    .option('--test-labels <file>', 'labels of the test images, IDX')
    .option('--participants <n>', 'virtual participants', wholeNumber(1, MANY), 20)
    .option('--cohort <k>', 'participants in a round; default all', wholeNumber(1, MANY))
    .option('--partition <how>', 'iid, dirichlet:A, quantity:A, shards:S or column:NAME', 'iid')
    .option('--rounds <n>', 'rounds', wholeNumber(1, MANY), 30)
    .option('--epochs <n>', 'local epochs a round', wholeNumber(1, MANY), 5)
    .option('--learning-rate <rate>', 'of local training', positiveNumber)
    .option('--batch <n>', 'examples a step', wholeNumber(1, MANY))
    .addOption(
      new Option('--optimiser <name>', 'of local training').choices(['sgd', 'momentum', 'adam']),
    )
    .option('--strategy <name>', 'fedavg, scaffold, … or NAME:key=number,key=number')
    .option('--model <name>', 'linear, mlp:W,W, cnn, sparse-softmax, embedding-bag or FILE.json')
    .option('--attack <name:f>', 'sign-flip, label-flip, … by f participants')
    .option('--bits <n>', 'quantise uploads, with error feedback', wholeNumber(2, MOST_BITS))
    .option('--clip <size>', 'largest weighted coordinate with --bits', positiveNumber)
    .option('--download-bits <n>', 'quantise the way down', wholeNumber(2, MOST_BITS))
    .option('--seed <seed>', 'decides partition and order', '1')
    .option('--seeds <list>', 'several, with commas between')
    .option('--workers <n>', 'threads; results do not depend on it', wholeNumber(1, MOST_THREADS))
    .option('--plot <file>', 'curves of loss and accuracy as SVG')
    .option(
      '--secure',
      'tickets: run the whole secure aggregation and compare every sum with the plain one',
      false,
    )
    .addOption(
      new Option('--json [file]', 'one JSON object on standard output, or in a file').default(
        false,
      ),
    )
    .action(learnSimulate);
  learn
    .command('compare <a> <b>')
    .description('Is one simulation better than another? Over seeds, with an interval')
    .option('--plot <file>', 'the curves of both as SVG')
    .addOption(json)
    .action(learnCompare);
  learn
    .command('check')
    .description('Does a table fit an agreed schema? Prints the report that may leave')
    .requiredOption('--data <file>', 'CSV or parquet')
    .requiredOption('--schema <file>', 'the agreed schema, JSON')
    .option('--min-examples <n>', 'fewest rows', wholeNumber(1, MANY), 10)
    .option('--min-per-label <n>', 'fewest rows of a label that occurs', wholeNumber(1, MANY), 2)
    .option('--every-label', 'every label must occur', false)
    .addOption(json)
    .action(learnCheck);
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (/^\d*\.?\d+(e-?\d+)?$/.test(text) && value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}
