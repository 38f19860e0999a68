// node tfjs.mjs BACKEND MODEL SECONDS PIXELS: samples per CPU-second of the 2NN, or of the CNN, in
// tfjs on one thread, as one number on standard output. PIXELS is a file of float32, one batch of
// 28 × 28 images.
import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { env, setBackend, tensor2d, tensor4d, train } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';

const PIXELS = 784;
const CLASSES = 10;
const [, , backend, model, seconds, file] = process.argv;

env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
const wasm = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
setWasmPaths(`${dirname(wasm)}/`);
setThreadsCount(1);
await setBackend(backend);

const bytes = readFileSync(file);
const pixels = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
const batch = pixels.length / PIXELS;
const isImage = model === 'CNN';
const network = isImage ? createConvolutional() : createPerceptron();
network.compile({ optimizer: train.sgd(0.01), loss: 'categoricalCrossentropy' });
const x = isImage ? tensor4d(pixels, [batch, 28, 28, 1]) : tensor2d(pixels, [batch, PIXELS]);
const classes = Float32Array.from({ length: batch * CLASSES }, (_, i) =>
  i % CLASSES === Math.floor(i / CLASSES) % CLASSES ? 1 : 0,
);
const y = tensor2d(classes, [batch, CLASSES]);

await network.trainOnBatch(x, y);
const start = cpuSeconds();
let runs = 0;
let spent = 0;
while (spent < Number(seconds)) {
  await network.trainOnBatch(x, y);
  runs += 1;
  spent = cpuSeconds() - start;
}
process.stdout.write(String((runs * batch) / spent));

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function createPerceptron() {
  const hidden = { units: 200, activation: 'relu' };
  return sequential({
    layers: [
      layers.dense({ ...hidden, inputShape: [PIXELS] }),
      layers.dense(hidden),
      layers.dense({ units: CLASSES, activation: 'softmax' }),
    ],
  });
}

function createConvolutional() {
  const convolution = { kernelSize: 5, padding: 'same', activation: 'relu' };
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
