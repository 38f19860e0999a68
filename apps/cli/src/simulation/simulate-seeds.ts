import { createHash } from 'node:crypto';
import {
  areaUnderCurve,
  clientRoundBytes,
  createPopulationTrainer,
  createStrategy,
  type DenseExamples,
  type PopulationOptions,
  type SeedRecord,
  SIMULATION_FORMAT,
  type SimulationRecord,
  scorePositives,
  simulatePopulation,
  type VirtualRound,
  type VirtualRun,
} from '@ddai/learning';
import { createKernel } from './create-kernel.ts';
import { openThreads } from './open-threads.ts';
import type { Federation } from './read-federation.ts';

/** Runs a simulation once for each seed and gathers what is written down. */
export async function simulateSeeds(input: {
  readonly options: Omit<PopulationOptions, 'seed'>;
  readonly federation: Federation;
  readonly seeds: readonly string[];
  readonly workers: number;
  readonly settings: SimulationRecord['settings'];
  readonly onRound: (seed: string, roundsDone: number, round: VirtualRound) => void;
}): Promise<SimulationRecord> {
  const { options, federation, seeds, workers, settings, onRound } = input;
  const kernel = await createKernel();
  const trainer = createPopulationTrainer(options.spec, kernel);
  const records: SeedRecord[] = [];
  for (const [i, seed] of seeds.entries()) {
    const run = await simulatePopulation(
      { ...options, seed },
      {
        kernel,
        workers,
        openPool: (thread) => openThreads(thread, workers),
        onRound: (round) => onRound(seed, i * options.rounds + round.round, round),
      },
    );
    const { test } = federation;
    const isScored = federation.task === 'binary' && !('rows' in test);
    const auc = isScored ? measureAuc(trainer, run, test) : Number.NaN;
    records.push({
      seed,
      trainLoss: run.rounds.map(({ trainLoss }) => trainLoss),
      testLoss: run.rounds.map(({ testLoss }) => testLoss),
      accuracy: run.rounds.map(({ accuracy }) => accuracy),
      refusedUpdates: run.rounds.reduce((sum, { refused }) => sum + refused, 0),
      ...(Number.isNaN(auc) ? {} : { auc }),
      modelHash: createHash('sha256').update(bytesOf(run.weights)).digest('hex'),
    });
  }
  const { upload, downloadBits, cohort, strategy } = options;
  const { hasControls } = createStrategy(strategy.name, strategy.settings);
  const bytes = clientRoundBytes({
    parameters: trainer.parameters,
    cohort,
    hasControls,
    ...(upload === undefined ? {} : { bits: upload.bits }),
    ...(downloadBits === undefined ? {} : { downloadBits }),
  });
  return {
    format: SIMULATION_FORMAT,
    settings,
    task: federation.task === 'number' ? 'number' : 'class',
    testDigest: federation.testDigest,
    testExamples: federation.test.targets.length,
    seeds: records,
    bytesPerClientRound: bytes.upload + bytes.download,
  };
}

function measureAuc(
  trainer: Parameters<typeof scorePositives>[0]['trainer'],
  { weights }: VirtualRun,
  test: DenseExamples,
): number {
  return areaUnderCurve(scorePositives({ trainer, weights, data: test }), test.targets);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
