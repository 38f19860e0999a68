import { smallestModulusBits, type UpdateEncoding } from '../aggregation/update-encoding.ts';
import { createAttack } from '../attacks/create-attack.ts';
import type { Partition } from '../data/partition/partition.ts';
import { partitionRows } from '../data/partition/partition-rows.ts';
import type { Cell } from '../data/table/raw-table.ts';
import type { DenseExamples, SparseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { ModelSpec } from '../models/model-spec.ts';
import { createStrategy } from '../strategies/create-strategy.ts';
import type { LocalTraining } from '../training/trainer.ts';
import { chooseAttackers } from './choose-attackers.ts';
import { flattenPopulation, flipPopulationLabels } from './flat-population.ts';
import {
  type ClosablePool,
  createPopulationTrainer,
  type PopulationThread,
} from './population-worker.ts';
import { runVirtual } from './run-virtual.ts';
import { createSimulationBuffers } from './simulation-buffers.ts';
import {
  planBuffers,
  type VirtualPlan,
  type VirtualRound,
  type VirtualRun,
} from './virtual-run.ts';

/** A federation to be simulated, whatever the examples. */
export interface PopulationOptions {
  readonly train: DenseExamples | SparseExamples;
  readonly test: DenseExamples | SparseExamples;
  /** Number of classes; 0 when a number is predicted. */
  readonly classes: number;
  /** What rows have in common that stay together, for a partition by column. */
  readonly groups?: ArrayLike<Cell>;
  readonly spec: ModelSpec;
  readonly participants: number;
  readonly cohort: number;
  readonly partition: Partition;
  readonly rounds: number;
  readonly training: LocalTraining;
  readonly strategy: { readonly name: string; readonly settings: Readonly<Record<string, number>> };
  /** `label-flip`, or a name that {@link createAttack} knows, and how many participants do it. */
  readonly attack?: { readonly name: string; readonly faulty: number };
  /** Quantised uploads with error feedback; `clip` is the largest weighted coordinate. */
  readonly upload?: { readonly bits: number; readonly clip: number };
  readonly downloadBits?: number;
  readonly seed: string;
}

export interface PopulationDependencies {
  /** For what is not done on other threads: the first model. */
  readonly kernel: Kernel;
  /** How many threads `openPool` will use; decides memory, never results. */
  readonly workers: number;
  openPool(thread: PopulationThread): Promise<ClosablePool>;
  readonly onRound?: (round: VirtualRound) => void;
}

const LABEL_FLIP = 'label-flip';

/**
 * Simulates one seed of a federation: deals the examples, chooses the faulty, trains, and closes
 * its threads in any case.
 * @throws {DdaiError} `PARTITION_INVALID`, `SIMULATION_…`, `STRATEGY_…`, `ATTACK_INVALID`,
 * `TRAINING_DIVERGED`.
 */
export async function simulatePopulation(
  options: PopulationOptions,
  dependencies: PopulationDependencies,
): Promise<VirtualRun> {
  const { train, test, classes, groups, spec, participants, seed, training, attack } = options;
  const rows = train.targets.length;
  const parts = partitionRows({
    rows,
    participants,
    partition: options.partition,
    seed,
    ...(classes > 0 ? { classes: train.targets } : {}),
    ...(groups === undefined ? {} : { groups }),
  });
  const maxExamples = parts.reduce((most, part) => Math.max(most, part.length), 0);
  const population = flattenPopulation(train, parts);
  const attackers =
    attack === undefined
      ? new Set<number>()
      : chooseAttackers({ participants, faulty: attack.faulty, seed });
  const plan: VirtualPlan = {
    participants,
    cohort: options.cohort,
    rounds: options.rounds,
    seed,
    strategy: createStrategy(options.strategy.name, options.strategy.settings),
    training,
    maxExamples,
    testRows: test.targets.length,
    attackers,
    ...(options.downloadBits === undefined ? {} : { downloadBits: options.downloadBits }),
    ...(options.upload === undefined ? {} : { encoding: encodingOf(options, maxExamples) }),
    ...(attack === undefined || attack.name === LABEL_FLIP
      ? {}
      : { attack: createAttack(attack.name) }),
  };
  if (attack?.name === LABEL_FLIP) flipPopulationLabels(population, attackers, classes);
  const trainer = createPopulationTrainer(spec, dependencies.kernel);
  const buffers = createSimulationBuffers(planBuffers(plan, trainer.layout, dependencies.workers));
  const whole = Array.from({ length: test.targets.length }, (_, row) => row);
  const pool = await dependencies.openPool({
    spec,
    population,
    test: flattenPopulation(test, [whole]),
    buffers,
    training,
    seed,
  });
  try {
    const { onRound } = dependencies;
    return await runVirtual({
      plan,
      weights: trainer.initialise(`${seed}/model`),
      layout: trainer.layout,
      buffers,
      pool,
      ...(onRound === undefined ? {} : { onRound }),
    });
  } finally {
    await pool.close();
  }
}

function encodingOf(options: PopulationOptions, maxExamples: number): UpdateEncoding {
  const { bits, clip } = options.upload as { readonly bits: number; readonly clip: number };
  return { bits, clip, maxExamples, modulusBits: smallestModulusBits(options.cohort, bits) };
}
