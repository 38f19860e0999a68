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
import { federateMnist } from './mnist-federation.ts';

interface Experiment {
  readonly name: string;
  readonly training: LocalTraining;
  /** See `MnistFederation`. */
  readonly serverMomentum: number;
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
  serverMomentum: 0,
  target: 0.97,
  mostRounds: 60,
  bar: 45,
  paper: 87,
};
const CONVOLUTIONAL: Experiment = {
  name: 'CNN on MNIST, IID, E 5, server momentum 0.5, to 99 %',
  training: { ...SGD, epochs: 5, learningRate: 0.147 },
  serverMomentum: 0.5,
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
  const { name, target, mostRounds, bar, paper } = experiment;
  const federation = { ...experiment, trainer, train: readMnist('train'), test: readMnist('test') };
  let round = 0;
  let reached = Number.POSITIVE_INFINITY;
  for (const accuracy of federateMnist(federation)) {
    round += 1;
    process.stderr.write(`${name}: round ${round}, ${(accuracy * 100).toFixed(2)} %\n`);
    if (accuracy >= target) reached = round;
    if (accuracy >= target || round === mostRounds) break;
  }
  return {
    name,
    value: reached,
    unit: 'rounds',
    bound: { atMost: bar },
    reference: { name: 'McMahan et al. 2017', value: paper },
  };
}
