import type { DenseExamples, SparseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createTrainer } from '../models/create-trainer.ts';
import type { ModelSpec } from '../models/model-spec.ts';
import type { LocalTraining, Trainer } from '../training/trainer.ts';
import { type FlatPopulation, viewRows } from './flat-population.ts';
import type { SimulationBuffers } from './simulation-buffers.ts';
import type { SimulationPool } from './simulation-tasks.ts';
import { createSimulationWorker, type SimulationWorker } from './simulation-worker.ts';

/** All that a thread needs: plain data, and memory that it shares with the others. */
export interface PopulationThread {
  readonly spec: ModelSpec;
  readonly population: FlatPopulation;
  /** The test examples, as those of one participant. */
  readonly test: FlatPopulation;
  readonly buffers: SimulationBuffers;
  readonly training: LocalTraining;
  readonly seed: string;
}

/** A pool that some threads stand behind; `close` ends them. */
export interface ClosablePool extends SimulationPool {
  close(): Promise<void>;
}

/** The worker of one thread: a trainer of the model over that thread's kernel. */
export function createPopulationWorker(thread: PopulationThread, kernel: Kernel): SimulationWorker {
  const { spec, population, test, buffers, training, seed } = thread;
  const { starts } = population;
  return createSimulationWorker({
    trainer: createPopulationTrainer(spec, kernel),
    buffers,
    trainData: (participant) =>
      viewRows(population, starts[participant] as number, starts[participant + 1] as number),
    testData: (from, to) => viewRows(test, from, to),
    training,
    seed,
  });
}

/** A trainer of examples of either kind; they must be of the kind that the model reads. */
export function createPopulationTrainer(
  spec: ModelSpec,
  kernel: Kernel,
): Trainer<DenseExamples | SparseExamples> {
  return createTrainer(spec, kernel) as Trainer<DenseExamples | SparseExamples>;
}
