import { bytesToHex } from '@ddai/core';
import {
  createReferenceKernel,
  createTrainer,
  createWasmKernel,
  type LocalTraining,
  type ModelSpec,
  parseModelSpec,
} from '../src/browser.ts';
import { generateDense, generateSparse } from './generated-examples.ts';

/** Short trainings that together use every operation of the kernel. */
const TRAININGS: Readonly<Record<string, { spec: unknown; training: LocalTraining }>> = {
  perceptron: {
    spec: {
      kind: 'multi-layer-perceptron',
      inputs: 30,
      hidden: [20, 17],
      activation: 'relu',
      normalisation: 'none',
      outputs: 5,
      loss: 'softmax-cross-entropy',
    },
    training: { epochs: 3, batchSize: 10, learningRate: 0.2, optimiser: 'sgd' },
  },
  'perceptron with batch norm, tanh and Adam': {
    spec: {
      kind: 'multi-layer-perceptron',
      inputs: 30,
      hidden: [20, 17],
      activation: 'tanh',
      normalisation: 'batch',
      outputs: 3,
      loss: 'binary-cross-entropy',
    },
    training: {
      epochs: 3,
      batchSize: 10,
      learningRate: 0.01,
      optimiser: 'adam',
      weightDecay: 0.01,
    },
  },
  'perceptron with layer norm and squared error': {
    spec: {
      kind: 'multi-layer-perceptron',
      inputs: 30,
      hidden: [20],
      activation: 'tanh',
      normalisation: 'layer',
      outputs: 2,
      loss: 'squared-error',
    },
    training: { epochs: 3, batchSize: 7, learningRate: 0.05, optimiser: 'sgd' },
  },
  convolutional: {
    spec: {
      kind: 'convolutional',
      height: 12,
      width: 12,
      channels: 1,
      convolutions: [
        { filters: 8, window: 5, pool: 2 },
        { filters: 12, window: 3, pool: 2 },
      ],
      hidden: [32],
      outputs: 5,
      loss: 'softmax-cross-entropy',
    },
    training: { epochs: 2, batchSize: 8, learningRate: 0.05, optimiser: 'momentum' },
  },
  'embedding bag': {
    spec: {
      kind: 'embedding-bag',
      dimension: 256,
      embedding: 12,
      outputs: 5,
      loss: 'softmax-cross-entropy',
    },
    training: { epochs: 3, batchSize: 10, learningRate: 0.5, optimiser: 'sgd' },
  },
  'sparse softmax': {
    spec: { kind: 'sparse-softmax', dimension: 256, outputs: 5 },
    training: {
      epochs: 3,
      batchSize: 10,
      learningRate: 2,
      optimiser: 'sgd',
      featureDropout: 0.3,
    },
  },
};

function generateFor(spec: ModelSpec): Parameters<typeof generateDense>[0] & { dimension: number } {
  const width =
    spec.kind === 'convolutional'
      ? spec.height * spec.width * spec.channels
      : 'inputs' in spec
        ? spec.inputs
        : 0;
  const loss = 'loss' in spec ? spec.loss : 'softmax-cross-entropy';
  const dimension = 'dimension' in spec ? spec.dimension : 0;
  return { rows: 53, width, dimension, outputs: spec.outputs, loss, seed: 'golden' };
}

/** The SHA-256 of the weights (little-endian float32) that each training ends with. */
export async function hashGoldenTrainings(
  language: 'WebAssembly' | 'TypeScript',
): Promise<Record<string, string>> {
  const kernel = language === 'TypeScript' ? createReferenceKernel() : await createWasmKernel();
  const hashes: Record<string, string> = {};
  for (const [name, { spec: input, training }] of Object.entries(TRAININGS)) {
    const spec = parseModelSpec(input);
    const shape = generateFor(spec);
    const data = shape.width > 0 ? generateDense(shape) : generateSparse(shape);
    const trainer = createTrainer(spec, kernel);
    const weights = trainer.initialise('golden');
    const result = trainer.fit({ weights, data: data as never, training, seed: 'golden' });
    const bytes = new Uint8Array(result.weights.slice().buffer);
    hashes[name] = bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
  }
  return hashes;
}
