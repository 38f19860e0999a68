import { setImmediate } from 'node:timers/promises';
import { createSeededRandom } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import {
  chooseAttackers,
  createAttack,
  createInlinePool,
  createSimulationBuffers,
  createSimulationWorker,
  createStrategy,
  type DenseExamples,
  type FlatDense,
  flattenPopulation,
  flipPopulationLabels,
  type Partition,
  partitionRows,
  planBuffers,
  runVirtual,
  type SimulationPool,
  type VirtualPlan,
  type VirtualRun,
  viewDense,
} from '../src/index.ts';
import { createLogisticTrainer } from './logistic-trainer.ts';
import { refusalOf } from './refusal.ts';

const WIDTH = 4;
const TRUE_WEIGHTS = [2, -1, 0.5, -3];

/** Points whose class is decided by a plane, with a tenth of the labels wrong. */
function generateExamples(rows: number, seed: number): DenseExamples {
  const random = createSeededRandom(seed);
  const features = Float32Array.from({ length: rows * WIDTH }, () => 2 * random.next() - 1);
  const targets = Float32Array.from({ length: rows }, (_, row) => {
    const sum = TRUE_WEIGHTS.reduce(
      (total, weight, i) => total + weight * (features[row * WIDTH + i] as number),
      0,
    );
    return Number(sum > 0) ^ Number(random.next() < 0.1);
  });
  return { features, width: WIDTH, targets };
}

const TRAIN = generateExamples(2_000, 1);
const TEST = generateExamples(700, 2);

interface Setup {
  readonly strategy?: string;
  readonly settings?: Readonly<Record<string, number>>;
  readonly partition?: Partition;
  readonly plan?: Partial<VirtualPlan>;
  readonly labelFlippers?: number;
  /** Wraps the pool: other threads, other orders of completion. */
  readonly around?: (pool: SimulationPool) => SimulationPool;
}

function simulate(setup: Setup = {}): Promise<VirtualRun> {
  const participants = setup.plan?.participants ?? 20;
  const trainer = createLogisticTrainer(WIDTH);
  const parts = partitionRows({
    rows: TRAIN.targets.length,
    participants,
    partition: setup.partition ?? { kind: 'iid' },
    seed: 1,
    classes: TRAIN.targets,
  });
  const population = flattenPopulation(TRAIN, parts) as FlatDense;
  if (setup.labelFlippers !== undefined) {
    const faulty = setup.labelFlippers;
    flipPopulationLabels(population, chooseAttackers({ participants, faulty, seed: 's' }), 2);
  }
  const plan: VirtualPlan = {
    participants,
    cohort: participants,
    rounds: 8,
    seed: 's',
    strategy: createStrategy(setup.strategy ?? 'fedavg', setup.settings),
    training: { epochs: 2, batchSize: 10, learningRate: 0.2, optimiser: 'sgd' },
    maxExamples: Math.max(...parts.map((part) => part.length)),
    testRows: TEST.targets.length,
    ...setup.plan,
  };
  const workers = setup.around === undefined ? 1 : 4;
  const buffers = createSimulationBuffers(planBuffers(plan, trainer.layout, workers));
  const worker = createSimulationWorker({
    trainer,
    buffers,
    trainData: (participant) =>
      viewDense(
        population,
        population.starts[participant] as number,
        population.starts[participant + 1] as number,
      ),
    testData: (from, to) => viewDense(TEST, from, to),
    training: plan.training,
    seed: plan.seed,
  });
  const inline = createInlinePool(worker);
  const pool = setup.around?.(inline) ?? inline;
  const { layout } = trainer;
  return runVirtual({ plan, weights: trainer.initialise('w'), layout, buffers, pool });
}

const lastAccuracy = (run: VirtualRun): number => run.rounds.at(-1)?.accuracy ?? 0;

/** Finishes tasks in another order than they began: the first of four comes last. */
function shuffledPool(pool: SimulationPool): SimulationPool {
  let begun = 0;
  return {
    workers: 4,
    train: async (task) => {
      for (let turns = 40 - 10 * (begun++ % 4); turns > 0; turns--) await Promise.resolve();
      return pool.train(task);
    },
    evaluate: (task) => pool.evaluate(task),
  };
}

const STRATEGIES: readonly (readonly [string, Readonly<Record<string, number>>])[] = [
  ['fedavg', {}],
  ['fedavgm', {}],
  ['fedprox', { proximal: 0.01 }],
  ['fedadam', { serverRate: 0.3 }],
  ['scaffold', { population: 20 }],
  ['fedbn', {}],
  ['fedbuff', { bufferSize: 5, population: 20 }],
  ['median', {}],
  ['trimmed-mean', { faulty: 4 }],
  ['krum', { faulty: 4 }],
  ['multi-krum', { faulty: 4, selected: 12 }],
  ['bulyan', { faulty: 4 }],
  ['centred-clipping', { radius: 1 }],
];

describe('a run over virtual participants', () => {
  it.each(STRATEGIES)(
    'learns under %s, the same bits in any order of completion',
    async (strategy, settings) => {
      const run = await simulate({ strategy, settings });
      expect(lastAccuracy(run)).toBeGreaterThan(0.82);
      expect(run.rounds.map(({ round }) => round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
      const other = await simulate({ strategy, settings, around: shuffledPool });
      expect(other.weights).toEqual(run.weights);
      expect(other.rounds).toEqual(run.rounds);
    },
  );

  it('streams the sum of a cohort larger than its slots to the bits of keeping every update', async () => {
    const kept = await simulate({ plan: { attackers: new Set([0]) } });
    const streamed = await simulate();
    expect(streamed.weights).toEqual(kept.weights);
  });

  it('trains with cohorts drawn by seed', async () => {
    const run = await simulate({ plan: { cohort: 5, rounds: 12 } });
    expect(run.rounds.every(({ updates }) => updates === 5)).toBe(true);
    expect(lastAccuracy(run)).toBeGreaterThan(0.82);
  });

  it('loses next to nothing with quantised uploads and downloads, with error feedback', async () => {
    const plain = await simulate();
    const encoding = { bits: 4, modulusBits: 9, clip: 1, maxExamples: 100 };
    const coarse = await simulate({ plan: { encoding, downloadBits: 4 } });
    expect(coarse.weights).not.toEqual(plain.weights);
    expect(lastAccuracy(coarse)).toBeGreaterThan(lastAccuracy(plain) - 0.02);
    const again = await simulate({ plan: { encoding, downloadBits: 4 }, around: shuffledPool });
    expect(again.weights).toEqual(coarse.weights);
  });

  it('adds quantised updates to what the modular sum of whole numbers says', async () => {
    const encoding = { bits: 8, modulusBits: 13, clip: 0.5, maxExamples: 100 };
    const streamed = await simulate({ plan: { encoding, rounds: 1 } });
    const step = (0.5 / 127) * 100;
    for (const weight of streamed.weights) {
      // The mean over 2,000 examples is a whole number of steps.
      const steps = (weight * 2_000) / step;
      expect(steps).toBeCloseTo(Math.round(steps), 2);
    }
  });

  it('is thrown by attackers under the plain mean, and not under robust rules', async () => {
    const attackers = chooseAttackers({ participants: 20, faulty: 4, seed: 's' });
    const plan = { attackers, attack: createAttack('large-noise') };
    const honest = lastAccuracy(await simulate());
    for (const [strategy, settings] of STRATEGIES.filter(([name]) =>
      ['median', 'trimmed-mean', 'multi-krum', 'bulyan'].includes(name),
    )) {
      expect(lastAccuracy(await simulate({ strategy, settings, plan }))).toBeGreaterThan(
        honest - 0.03,
      );
    }
    expect(lastAccuracy(await simulate({ plan }))).toBeLessThan(honest - 0.05);
  });

  it('refuses updates that are no numbers, counts them and goes on', async () => {
    const attackers = chooseAttackers({ participants: 20, faulty: 3, seed: 's' });
    const run = await simulate({ plan: { attackers, attack: createAttack('not-a-number') } });
    expect(run.rounds.every(({ refused, updates }) => refused === 3 && updates === 17)).toBe(true);
    expect(lastAccuracy(run)).toBeGreaterThan(0.82);
    const buffered = await simulate({
      strategy: 'fedbuff',
      settings: { bufferSize: 5, population: 20 },
      plan: { attackers, attack: createAttack('not-a-number') },
    });
    expect(buffered.rounds.reduce((sum, { refused }) => sum + refused, 0)).toBeGreaterThan(0);
    expect(lastAccuracy(buffered)).toBeGreaterThan(0.82);
  });

  it('is hurt by label flipping in the data of attackers', async () => {
    const run = await simulate({ labelFlippers: 9, plan: { rounds: 2 } });
    const clean = await simulate({ plan: { rounds: 2 } });
    expect(run.rounds.at(-1)?.testLoss).toBeGreaterThan(clean.rounds.at(-1)?.testLoss ?? 0);
  });

  it('keeps what SCAFFOLD and FedBN participants remember from round to round', async () => {
    const partition = { kind: 'dirichlet', alpha: 0.3 } as const;
    const scaffold = await simulate({
      strategy: 'scaffold',
      settings: { population: 20 },
      partition,
      plan: { rounds: 15 },
    });
    const average = await simulate({ partition, plan: { rounds: 15 } });
    expect(scaffold.weights).not.toEqual(average.weights);
    expect(lastAccuracy(scaffold)).toBeGreaterThan(0.82);
    const own = await simulate({ strategy: 'fedbn', partition });
    // The bias counts as a normalisation tensor here: the server's stays as it began.
    expect(own.weights[WIDTH]).toBe(0);
  });

  it.each([
    ['a cohort larger than the participants', { cohort: 21 }, 'SIMULATION_INVALID'],
    ['an empty cohort', { cohort: 0 }, 'SIMULATION_INVALID'],
    ['no rounds', { rounds: 0 }, 'SIMULATION_INVALID'],
    ['an attacker who takes no part', { attackers: new Set([20]) }, 'SIMULATION_INVALID'],
    ['no test', { testRows: 0 }, 'SIMULATION_INVALID'],
  ])('is refused with %s', async (_, plan, code) => {
    expect((await refusalOf(() => simulate({ plan }))).code).toBe(code);
  });

  it('is refused when a cohort is too small for its strategy', async () => {
    const error = await refusalOf(() =>
      simulate({ strategy: 'bulyan', settings: { faulty: 4 }, plan: { cohort: 10 } }),
    );
    expect(error.code).toBe('STRATEGY_TOO_FEW_UPDATES');
  });

  it('hands on the failure of a participant after every other has ended', async () => {
    let running = 0;
    const failing = (pool: SimulationPool): SimulationPool => ({
      workers: 4,
      train: async (task) => {
        running += 1;
        await Promise.resolve();
        running -= 1;
        if (task.participant === 2) throw new Error('thread lost');
        return pool.train(task);
      },
      evaluate: (task) => pool.evaluate(task),
    });
    await expect(simulate({ around: failing })).rejects.toThrow('thread lost');
    expect(running).toBe(0);
  });

  it('leaves no rejection to the process when many fail, the first of them last', async () => {
    const left: unknown[] = [];
    const listen = (reason: unknown): void => void left.push(reason);
    process.on('unhandledRejection', listen);
    try {
      let begun = 0;
      const failing = (pool: SimulationPool): SimulationPool => ({
        workers: 4,
        train: async () => {
          const isFirst = begun++ === 0;
          for (let turn = 0; isFirst && turn < 3; turn++) await setImmediate();
          throw new Error('model of another shape');
        },
        evaluate: (task) => pool.evaluate(task),
      });
      await expect(simulate({ around: failing })).rejects.toThrow('model of another shape');
      await setImmediate();
    } finally {
      process.off('unhandledRejection', listen);
    }
    expect(left).toEqual([]);
  });
});

describe('the memory of a simulation', () => {
  const sizes = {
    parameters: 1_000_000,
    participants: 5_000,
    bases: 1,
    slots: 4,
    hasControls: false,
    hasMemory: false,
    hasResiduals: false,
  };

  it('does not grow with participants where these keep nothing', () => {
    const buffers = createSimulationBuffers({ ...sizes, parameters: 10 });
    expect(buffers.memory.length + buffers.residuals.length + buffers.deltas.length).toBe(40);
  });

  it('is refused beyond 4 GiB before any is set aside', async () => {
    const error = await refusalOf(() => createSimulationBuffers({ ...sizes, hasMemory: true }));
    expect(error.code).toBe('SIMULATION_TOO_LARGE');
  });
});
