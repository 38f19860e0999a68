import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSeededRandom } from '@ddai/core';
import {
  createInlinePool,
  createPopulationWorker,
  createWasmKernel,
  type DenseExamples,
  type ModelSpec,
  simulatePopulation,
} from '@ddai/learning';
import type { Bar } from './bar.ts';

const PARTICIPANTS = 1_000;
const ROWS_EACH = 20;
const WIDTH = 45;
const WARM_UP = 5;
const ROUNDS = 30;
/** What a round may leave on the heap: less than one vector of the model. */
const MOST_BYTES_A_ROUND = 16_384;

const SPEC: ModelSpec = {
  kind: 'multi-layer-perceptron',
  inputs: WIDTH,
  hidden: [128, 32],
  activation: 'relu',
  normalisation: 'none',
  outputs: 1,
  loss: 'binary-cross-entropy',
};

/**
 * A thousand virtual participants, all in every round, with quantised uploads and error feedback, so
 * that each keeps a vector: how the heap grows over rounds (least squares, after a forced
 * collection each), and rounds a second of one thread. The examples are generated.
 */
export async function benchLearningScale(): Promise<Bar[]> {
  const train = generateExamples(PARTICIPANTS * ROWS_EACH, 1);
  const test = generateExamples(1_000, 2);
  const collect = collector();
  const kernel = await createWasmKernel();
  const heap: number[] = [];
  const external: number[] = [];
  const times: number[] = [];
  const result = await simulatePopulation(
    {
      train,
      test,
      classes: 2,
      spec: SPEC,
      participants: PARTICIPANTS,
      cohort: PARTICIPANTS,
      partition: { kind: 'iid' },
      rounds: WARM_UP + ROUNDS,
      training: { epochs: 1, batchSize: 10, learningRate: 0.1, optimiser: 'sgd' },
      strategy: { name: 'fedavg', settings: {} },
      upload: { bits: 8, clip: 1 },
      seed: 'scale',
    },
    {
      kernel,
      workers: 1,
      openPool: async (thread) => ({
        ...createInlinePool(createPopulationWorker(thread, kernel)),
        close: async () => undefined,
      }),
      onRound: () => {
        times.push(performance.now());
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        heap.push(heapUsed);
        external.push(arrayBuffers);
        times.push(performance.now());
      },
    },
  );
  // Between the end of one collection and the beginning of the next lies one round.
  const seconds = times
    .slice(2 * WARM_UP)
    .reduce(
      (sum, time, i) => sum + (i % 2 === 0 ? time - (times[2 * WARM_UP + i - 1] as number) : 0),
      0,
    );
  return [
    {
      name: `heap growth, ${PARTICIPANTS} participants`,
      value: slope(heap.slice(WARM_UP)),
      unit: 'bytes a round',
      bound: { atMost: MOST_BYTES_A_ROUND },
    },
    {
      name: `buffer growth, ${PARTICIPANTS} participants`,
      value: slope(external.slice(WARM_UP)),
      unit: 'bytes a round',
      bound: { atMost: MOST_BYTES_A_ROUND },
    },
    {
      name: `rounds of ${PARTICIPANTS} participants, one thread`,
      value: (1_000 * ROUNDS) / seconds,
      unit: 'rounds a second',
      bound: { atLeast: 0.1 },
    },
    {
      name: `accuracy after ${WARM_UP + ROUNDS} rounds`,
      value: result.rounds.at(-1)?.accuracy ?? 0,
      unit: 'accuracy',
      bound: { atLeast: 0.75 },
    },
  ];
}

/** A function that collects all garbage, whatever flags this process began with. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** Least-squares slope over 0, 1, 2, … */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [product, squares] = [0, 0];
  values.forEach((value, i) => {
    product += (i - middle) * (value - mean);
    squares += (i - middle) ** 2;
  });
  return product / squares;
}

/** Points on two sides of a plane; one label in twenty is wrong. */
function generateExamples(rows: number, seed: number): DenseExamples {
  const random = createSeededRandom(seed);
  const features = new Float32Array(rows * WIDTH);
  const targets = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let side = 0;
    for (let i = 0; i < WIDTH; i++) {
      const value = 2 * random.next() - 1;
      features[row * WIDTH + i] = value;
      side += (i % 3) * value - (i % 2) * value;
    }
    targets[row] = Number(side > 0) ^ Number(random.next() < 0.05);
  }
  return { features, width: WIDTH, targets };
}
