import { createSeededRandom } from '@ddai/core';
import {
  createTrainer,
  createWasmKernel,
  type DenseExamples,
  type LocalTraining,
  MCMAHAN_2NN,
  MCMAHAN_CNN,
  type Trainer,
} from '@ddai/learning';
import type { Bar } from './bar.ts';
import { readMnist } from './mnist-data.ts';

/** McMahan et al. 2017, section 3: 100 clients of 600 images each, a tenth of them a round. */
const CLIENTS = 100;
const COHORT = 10;
const SEED = 'mcmahan';

interface Experiment {
  readonly name: string;
  readonly training: LocalTraining;
  readonly target: number;
  /** Rounds after which it gives up. */
  readonly mostRounds: number;
  readonly bar: number;
  /** Rounds that the paper needed for the same cohort, epochs and batch. */
  readonly paper: number;
}

const SGD = { batchSize: 10, optimiser: 'sgd' } as const;
const PERCEPTRON: Experiment = {
  name: '2NN on MNIST, IID, to 97 %',
  training: { ...SGD, epochs: 1, learningRate: 0.2 },
  target: 0.97,
  mostRounds: 60,
  bar: 45,
  paper: 87,
};
const CONVOLUTIONAL: Experiment = {
  name: 'CNN on MNIST, IID, E 5, to 99 %',
  training: { ...SGD, epochs: 5, learningRate: 0.1 },
  target: 0.99,
  mostRounds: 30,
  bar: 20,
  paper: 20,
};

/** Rounds of federated averaging until the test accuracy of the paper; the CNN only when `long`. */
export async function benchMnist({ long }: { readonly long: boolean }): Promise<Bar[]> {
  const kernel = await createWasmKernel();
  const bars = [runExperiment(PERCEPTRON, createTrainer(MCMAHAN_2NN, kernel))];
  if (long) bars.push(runExperiment(CONVOLUTIONAL, createTrainer(MCMAHAN_CNN, kernel)));
  return bars;
}

function runExperiment(experiment: Experiment, trainer: Trainer<DenseExamples>): Bar {
  const { name, training, target, mostRounds, bar, paper } = experiment;
  const sites = splitEvenly(readMnist('train'));
  const test = readMnist('test');
  let weights = trainer.initialise(SEED);
  let round = 0;
  for (let accuracy = 0; accuracy < target && round < mostRounds; ) {
    round += 1;
    const random = createSeededRandom(`${SEED}/cohort-${round}`);
    const cohort = random.shuffle([...sites.keys()]).slice(0, COHORT);
    const sum = new Float64Array(weights.length);
    for (const site of cohort) {
      const data = sites[site] as DenseExamples;
      const seed = `${SEED}/round-${round}/site-${site}`;
      const result = trainer.fit({ weights, data, training, seed });
      // Every site has as many examples, so that the weighted mean is the plain one.
      for (let i = 0; i < sum.length; i++)
        sum[i] = (sum[i] as number) + (result.weights[i] as number);
    }
    weights = Float32Array.from(sum, (value) => value / COHORT);
    const { correct, examples } = trainer.evaluate({ weights, data: test });
    accuracy = correct / examples;
    process.stderr.write(`${name}: round ${round}, ${(accuracy * 100).toFixed(2)} %\n`);
    if (accuracy < target && round === mostRounds) round = Number.POSITIVE_INFINITY;
  }
  return {
    name,
    value: round,
    unit: 'rounds',
    bound: { atMost: bar },
    reference: { name: 'McMahan et al. 2017', value: paper },
  };
}

/** Shuffled images, as many for each client. */
function splitEvenly({ features, width, targets }: DenseExamples): DenseExamples[] {
  const order = Array.from({ length: targets.length }, (_, i) => i);
  createSeededRandom(`${SEED}/split`).shuffle(order);
  const size = targets.length / CLIENTS;
  return Array.from({ length: CLIENTS }, (_, client) => {
    const rows = order.slice(client * size, (client + 1) * size);
    const own = new Float32Array(size * width);
    for (const [i, row] of rows.entries())
      own.set(features.subarray(row * width, (row + 1) * width), i * width);
    return { features: own, width, targets: Uint16Array.from(rows, (row) => targets[row] ?? 0) };
  });
}
