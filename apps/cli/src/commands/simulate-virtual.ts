import { availableParallelism } from 'node:os';
import {
  FEDERATED_SGD,
  type LocalTraining,
  type ModelSpec,
  type PopulationOptions,
  parsePartition,
  type SimulationRecord,
} from '@ddai/learning';
import { writeFileDurably } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';
import { percent, printResult } from '../output/print-result.ts';
import { createProgressBar } from '../output/progress-bar.ts';
import { parseModel } from '../simulation/parse-model.ts';
import { parseAttack, parseStrategy } from '../simulation/parse-strategy.ts';
import { plotRecords } from '../simulation/plot-records.ts';
import { type Federation, readFederation } from '../simulation/read-federation.ts';
import { simulateSeeds } from '../simulation/simulate-seeds.ts';

export interface SimulateVirtualFlags {
  readonly train?: string;
  readonly test?: string;
  readonly data?: string;
  readonly schema?: string;
  readonly labels?: string;
  readonly testLabels?: string;
  readonly participants: number;
  readonly cohort?: number;
  readonly partition: string;
  readonly rounds: number;
  readonly epochs: number;
  readonly learningRate?: number;
  readonly batch?: number;
  readonly optimiser?: 'sgd' | 'momentum' | 'adam';
  readonly strategy?: string;
  readonly model?: string;
  readonly attack?: string;
  readonly bits?: number;
  readonly clip?: number;
  readonly downloadBits?: number;
  readonly seed: string;
  readonly seeds?: string;
  readonly workers?: number;
  readonly plot?: string;
  /** `true` prints JSON; a name writes it there. */
  readonly json: boolean | string;
}

/** Scores come from means of embeddings, which move faster than single weights do. */
const EMBEDDING_BAG_RATE = 10;
const DENSE_TRAINING = { learningRate: 0.1, batchSize: 32 } as const;
/** Half the largest weighted coordinate seen in the tables and images of the benchmarks. */
const DENSE_CLIP = 1;
const SPARSE_CLIP = 16;
const MAX_WORKERS = 16;

/** `ddai learn simulate` over virtual participants: every strategy, model, partition and attack. */
export async function simulateVirtual(flags: SimulateVirtualFlags): Promise<void> {
  const { participants, cohort = participants, rounds, json } = flags;
  const partition = parsePartition(flags.partition);
  const federation = await readFederation(flags, partition);
  const attack = parseAttack(flags.attack);
  const faulty = attack?.faulty ?? 0;
  const spec = parseModel(flags.model, federation);
  const options: Omit<PopulationOptions, 'seed'> = {
    ...federation,
    spec,
    participants,
    cohort,
    partition,
    rounds,
    training: trainingOf(flags, federation, spec),
    strategy: parseStrategy(flags.strategy ?? 'fedavg', { participants, cohort, faulty }),
    ...(attack === undefined ? {} : { attack }),
    ...(flags.bits === undefined
      ? {}
      : { upload: { bits: flags.bits, clip: clipOf(flags, federation) } }),
    ...(flags.downloadBits === undefined ? {} : { downloadBits: flags.downloadBits }),
  };
  const seeds = (flags.seeds ?? flags.seed).split(',').filter((seed) => seed !== '');
  const bar = createProgressBar(process.stderr);
  const startedAt = performance.now();
  const record = await simulateSeeds({
    options,
    federation,
    seeds,
    workers: flags.workers ?? Math.min(MAX_WORKERS, availableParallelism()),
    settings: describeFlags(flags),
    onRound: (seed, done, { accuracy, testLoss }) => {
      const words =
        federation.classes > 0 ? `accuracy ${percent(accuracy)}` : `loss ${testLoss.toFixed(4)}`;
      const total = rounds * seeds.length;
      if (process.stderr.isTTY) bar.update(done, total, `rounds, seed ${seed}, ${words}`);
      else process.stderr.write(`round ${done}/${total}, seed ${seed}: ${words}\n`);
    },
  });
  bar.end();
  const seconds = (performance.now() - startedAt) / 1000;
  if (flags.plot !== undefined) {
    const svg = plotRecords([{ name: options.strategy.name, record }]);
    writeFileDurably(callerPath(flags.plot), svg);
  }
  if (typeof json === 'string') {
    writeFileDurably(callerPath(json), `${JSON.stringify(record, null, 1)}\n`);
  }
  printResult({ ...record, seconds }, { json: json === true, lines: describe(record, seconds) });
}

function trainingOf(
  flags: SimulateVirtualFlags,
  federation: Federation,
  { kind }: ModelSpec,
): LocalTraining {
  const isText = 'rows' in federation.train;
  const { learningRate, batchSize } = isText ? FEDERATED_SGD : DENSE_TRAINING;
  return {
    epochs: flags.epochs,
    batchSize: flags.batch ?? batchSize,
    learningRate:
      flags.learningRate ?? (kind === 'embedding-bag' ? EMBEDDING_BAG_RATE : learningRate),
    optimiser: flags.optimiser ?? 'sgd',
    ...(isText ? { featureDropout: FEDERATED_SGD.featureDropout } : {}),
  };
}

function clipOf(flags: SimulateVirtualFlags, { train }: Federation): number {
  return flags.clip ?? ('rows' in train ? SPARSE_CLIP : DENSE_CLIP);
}

/** The flags that decide a result, without those that say where it goes and how fast it comes. */
function describeFlags(flags: SimulateVirtualFlags): Record<string, string | number | boolean> {
  const { json: _json, plot: _plot, workers: _workers, ...decisive } = flags;
  return { ...decisive } as Record<string, string | number | boolean>;
}

function describe(record: SimulationRecord, seconds: number): string[] {
  const last = (values: readonly number[]): number => values.at(-1) ?? 0;
  const perSeed = (of: (seed: SimulationRecord['seeds'][number]) => string): string =>
    record.seeds.map(of).join('  ');
  const isClass = record.task === 'class';
  const refused = record.seeds.reduce((sum, { refusedUpdates }) => sum + refusedUpdates, 0);
  return [
    ...(isClass
      ? [`accuracy, by seed     ${perSeed(({ accuracy }) => percent(last(accuracy)))}`]
      : []),
    ...(record.seeds.every(({ auc }) => auc !== undefined)
      ? [`AUC, by seed          ${perSeed(({ auc }) => (auc ?? 0).toFixed(4))}`]
      : []),
    `test loss, by seed    ${perSeed(({ testLoss }) => last(testLoss).toFixed(4))}`,
    ...(refused > 0 ? [`updates refused       ${refused}`] : []),
    `bytes / client-round  ${Math.round(record.bytesPerClientRound).toLocaleString('en')}`,
    `measured on           ${record.testExamples.toLocaleString('en')} examples`,
    `time                  ${seconds.toFixed(1)} s`,
  ];
}
