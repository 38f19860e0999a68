import '@tensorflow/tfjs-backend-cpu';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { env, setBackend, type Tensor, tensor2d, tensor4d, train } from '@tensorflow/tfjs-core';
import { layers, type Sequential, sequential } from '@tensorflow/tfjs-layers';
import { measureSamples } from './measure-samples.ts';

const PIXELS = 784;
const CLASSES = 10;
const RATE = 0.01;

/** Samples per CPU-second of the 2NN, or of the CNN, in tfjs on one thread. */
export async function measureTfjs(options: {
  readonly backend: 'wasm' | 'cpu';
  readonly model: '2NN' | 'CNN';
  /** Pixels of one batch of 28 × 28 images. */
  readonly pixels: Float32Array;
  readonly seconds: number;
}): Promise<number> {
  const { backend, pixels, seconds } = options;
  const batchSize = pixels.length / PIXELS;
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${dirname(main)}/`);
  setThreadsCount(1);
  await setBackend(backend);
  const isImage = options.model === 'CNN';
  const model = isImage ? createConvolutional() : createPerceptron();
  model.compile({ optimizer: train.sgd(RATE), loss: 'categoricalCrossentropy' });
  const x: Tensor = isImage
    ? tensor4d(pixels, [batchSize, 28, 28, 1])
    : tensor2d(pixels, [batchSize, PIXELS]);
  const classes = Float32Array.from({ length: batchSize * CLASSES }, (_, i) =>
    i % CLASSES === Math.floor(i / CLASSES) % CLASSES ? 1 : 0,
  );
  const y = tensor2d(classes, [batchSize, CLASSES]);
  return measureSamples({
    samples: batchSize,
    seconds,
    run: async () => {
      await model.trainOnBatch(x, y);
    },
  });
}

function createPerceptron(): Sequential {
  const hidden = { units: 200, activation: 'relu' } as const;
  return sequential({
    layers: [
      layers.dense({ ...hidden, inputShape: [PIXELS] }),
      layers.dense(hidden),
      layers.dense({ units: CLASSES, activation: 'softmax' }),
    ],
  });
}

function createConvolutional(): Sequential {
  const convolution = { kernelSize: 5, padding: 'same', activation: 'relu' } as const;
  return sequential({
    layers: [
      layers.conv2d({ ...convolution, filters: 32, inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ ...convolution, filters: 64 }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten(),
      layers.dense({ units: 512, activation: 'relu' }),
      layers.dense({ units: CLASSES, activation: 'softmax' }),
    ],
  });
}
