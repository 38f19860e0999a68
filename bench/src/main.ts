import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { DdaiError } from '@ddai/core';
import { Argument, Command } from 'commander';
import { benchAssistant } from './assistant.ts';
import { type Bar, barToRow, renderRows } from './bar.ts';
import { benchEvidence } from './evidence.ts';
import { benchFederated } from './federated.ts';
import { benchGas } from './gas.ts';
import { benchIngest } from './ingest.ts';
import { benchInjection } from './injection.ts';
import { benchIntents } from './intents.ts';
import { benchLatency } from './latency.ts';
import { benchLearning } from './learning.ts';
import { benchLearningScale } from './learning-scale.ts';
import { benchSockets } from './learning-sockets.ts';
import { benchLearningTables } from './learning-tables.ts';
import { benchRetrieval } from './retrieval.ts';
import { benchStart } from './start.ts';

/** What may change a benchmark beside its data. */
interface BenchOptions {
  /** Also what takes the better part of an hour. */
  readonly long: boolean;
}

type Bench = (dataDirectory: string, options: BenchOptions) => Bar[] | Promise<Bar[]>;

const BENCHES: Readonly<Record<string, Bench>> = {
  assistant: async (data) => [
    ...(await benchAssistant(data)),
    ...benchIntents(data),
    ...benchInjection(),
    ...(await benchLatency(data)),
  ],
  evidence: benchEvidence,
  federated: benchFederated,
  gas: benchGas,
  ingest: () => benchIngest(),
  learning: benchLearning,
  // Parts of `assistant` and `learning`, by themselves.
  injection: benchInjection,
  intents: benchIntents,
  latency: benchLatency,
  'learning-scale': benchLearningScale,
  'learning-sockets': benchSockets,
  'learning-tables': benchLearningTables,
  retrieval: benchRetrieval,
  start: benchStart,
};

/** Measured as a part of something else when everything is. */
const PARTS = new Set([
  'injection',
  'intents',
  'latency',
  'retrieval',
  'learning-scale',
  'learning-sockets',
  'learning-tables',
]);

async function run(
  name: string,
  { json, data, long }: { json?: string; data: string; long: boolean },
): Promise<void> {
  const cwd = process.env.INIT_CWD ?? process.cwd();
  const wholes = Object.keys(BENCHES).filter((each) => !PARTS.has(each));
  const names = name === 'all' ? wholes : [name];
  const rows = [];
  for (const each of names) {
    const bars = (await BENCHES[each]?.(resolve(cwd, data), { long })) ?? [];
    const own = bars.map(barToRow);
    process.stdout.write(`${each}\n${renderRows(own)}\n\n`);
    rows.push(...own);
  }
  if (json !== undefined)
    writeFileSync(resolve(cwd, json), `${JSON.stringify({ bars: rows }, null, 2)}\n`);
  if (rows.some(({ holds }) => !holds)) process.exitCode = 1;
}

const program = new Command('npm run bench --')
  .description('Measure, beside a reference in the same run. Exit 1 when a bar does not hold.')
  .addArgument(new Argument('<name>', 'what to measure').choices([...Object.keys(BENCHES), 'all']))
  .option('--json <file>', 'write the rows there as {"bars": […]}')
  .option('--data <dir>', 'folder with banking77/ and aws-docs-qa/', '../shared/data')
  .option('--long', 'also what takes the better part of an hour', false)
  .action(run);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof DdaiError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n${error.remedy ?? ''}\n`);
  process.exitCode = 2;
}
