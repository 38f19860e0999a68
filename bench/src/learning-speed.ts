import {
  createReferenceKernel,
  createTrainer,
  createWasmKernel,
  type DenseExamples,
  type Kernel,
  MCMAHAN_2NN,
  MCMAHAN_CNN,
} from '@ddai/learning';
import type { Bar } from './bar.ts';
import { measureNumpy, type NumpySpeed } from './learning-speed-numpy.ts';
import { measureTfjs } from './learning-speed-tfjs.ts';
import { measureSamples } from './measure-samples.ts';
import { readMnist } from './mnist-data.ts';

type Model = '2NN' | 'CNN';

const BATCH = 32;
/** Each of ours and of OpenBLAS is measured so often, in turn, and the medians are compared: machines are shared. */
const TURNS = 5;
const SECONDS = 1.5;
/** Batches of one `fit`: those of a client of McMahan et al. 2017, with its 600 images. */
const BATCHES = { '2NN': 19, CNN: 2 } as const;
/** Shares of the reference's speed that the WebAssembly kernel must reach. */
const TIMES_TFJS = 10;
const PERCEPTRON_SHARE = 0.75;
const CONVOLUTIONAL_SHARE = 0.4;
/**
 * With features that are never zero nothing can be left out, and 128-bit vectors without fused
 * multiply-add have a quarter of the arithmetic of the 256-bit ones that OpenBLAS uses with it.
 */
const DENSE_SHARE = 0.4;

/** Samples per CPU-second of one turn. */
interface Turn {
  readonly numpy: NumpySpeed | undefined;
  readonly own: number;
  readonly ownDense: number;
  readonly ownImages: number;
}

/** Training speed on one thread beside numpy and tfjs: samples per CPU-second, batch 32. */
export async function benchSpeed(): Promise<Bar[]> {
  const images = readMnist('test');
  const dense = { ...images, features: images.features.map((_, i) => ((i % 97) + 1) / 97) };
  const pixels = images.features.slice(0, BATCH * images.width);
  const wasm = await createWasmKernel();
  const plain = createReferenceKernel();
  const turns: Turn[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    turns.push({
      numpy: measureNumpy(SECONDS),
      own: await measureKernel('2NN', wasm, images),
      ownDense: await measureKernel('2NN', wasm, dense),
      ownImages: await measureKernel('CNN', wasm, images),
    });
  }
  const median = (value: (turn: Turn) => number | undefined): number =>
    turns.map((turn) => value(turn) ?? Number.NaN).sort((a, b) => a - b)[TURNS >> 1] ?? Number.NaN;
  const [own, ownDense] = [median((turn) => turn.own), median((turn) => turn.ownDense)];
  const ownImages = median((turn) => turn.ownImages);
  const version = turns[0]?.numpy?.version;
  const blas = `OpenBLAS (numpy ${version ?? 'absent: pip install numpy'})`;
  const numpy =
    version === undefined
      ? undefined
      : {
          perceptron: median((turn) => turn.numpy?.perceptron),
          densePerceptron: median((turn) => turn.numpy?.densePerceptron),
          convolutional: median((turn) => turn.numpy?.convolutional),
        };
  const tfjs = (backend: 'wasm' | 'cpu', model: Model): number =>
    measureTfjs({ backend, model, pixels, seconds: SECONDS });
  return [
    beside('2NN on MNIST', own, [blas, numpy?.perceptron], PERCEPTRON_SHARE),
    beside('2NN on MNIST', own, ['tfjs-wasm', tfjs('wasm', '2NN')], TIMES_TFJS),
    beside('2NN on MNIST', own, ['tfjs-cpu', tfjs('cpu', '2NN')]),
    beside('2NN on MNIST', own, ['plain TypeScript', await measureKernel('2NN', plain, images)]),
    beside('2NN without zeros', ownDense, [blas, numpy?.densePerceptron], DENSE_SHARE),
    beside('CNN on MNIST', ownImages, [blas, numpy?.convolutional], CONVOLUTIONAL_SHARE),
    beside('CNN on MNIST', ownImages, ['tfjs-cpu', tfjs('cpu', 'CNN')]),
    beside('CNN on MNIST', ownImages, [
      'plain TypeScript',
      await measureKernel('CNN', plain, images),
    ]),
  ];
}

/** A bar at `factor` times a reference; it does not hold when there is nothing to compare with. */
function beside(
  model: string,
  value: number,
  [name, reference]: readonly [string, number | undefined],
  factor = 1,
): Bar {
  return {
    name: `${model}, WASM kernel`,
    value,
    unit: 'samples/CPU-s',
    bound: { atLeast: reference === undefined ? Number.POSITIVE_INFINITY : reference * factor },
    reference: { name, value: reference ?? Number.NaN },
  };
}

async function measureKernel(model: Model, kernel: Kernel, from: DenseExamples): Promise<number> {
  const rows = BATCH * BATCHES[model];
  const features = from.features.slice(0, rows * from.width);
  const data = { ...from, features, targets: from.targets.slice(0, rows) };
  const trainer = createTrainer(model === '2NN' ? MCMAHAN_2NN : MCMAHAN_CNN, kernel);
  const weights = trainer.initialise('speed');
  const training = { epochs: 1, batchSize: BATCH, learningRate: 0.01, optimiser: 'sgd' } as const;
  return measureSamples({
    samples: rows,
    seconds: SECONDS,
    run: () => {
      trainer.fit({ weights, data, training, seed: 'speed' });
    },
  });
}
