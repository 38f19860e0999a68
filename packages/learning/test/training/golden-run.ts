import { createTypeScriptKernel } from '../../src/kernel/typescript-kernel.ts';
import { createWasmKernel } from '../../src/kernel/wasm-kernel.ts';
import { createTrainer } from '../../src/training/create-trainer.ts';
import type { DenseModelSpec } from '../../src/training/model-spec.ts';

/*
 * A short training whose weights are hashed. It runs in Node and in browsers, so it imports single
 * modules of the package and nothing of Node.
 */

const SPECS = {
  mlp: {
    kind: 'mlp',
    inputs: 64,
    hidden: [33, 20],
    activation: 'tanh',
    normalisation: 'batch',
    outputs: 10,
    loss: 'softmax-cross-entropy',
  },
  cnn: {
    kind: 'cnn',
    height: 8,
    width: 8,
    channels: 1,
    convolutions: [
      { channels: 8, size: 5, pool: 2 },
      { channels: 12, size: 3, pool: 2 },
    ],
    hidden: [21],
    activation: 'relu',
    outputs: 10,
    loss: 'softmax-cross-entropy',
  },
} as const satisfies Record<string, DenseModelSpec>;

const ROWS = 90;
const SIDE = 8;

/** SHA-256 of the weights after three epochs by Adam, in hex. */
export async function runGolden(
  model: keyof typeof SPECS,
  kernel: 'wasm' | 'typescript',
): Promise<string> {
  const trainer = createTrainer(
    SPECS[model],
    kernel === 'wasm' ? await createWasmKernel() : createTypeScriptKernel(),
  );
  const targets = Float32Array.from({ length: ROWS }, (_, row) => (row * 7) % 10);
  // A pattern of whole numbers over 8, exact everywhere, that the class decides.
  const features = Float32Array.from({ length: ROWS * SIDE * SIDE }, (_, i) => {
    const target = targets[Math.floor(i / (SIDE * SIDE))] as number;
    return (((i % SIDE) * (target + 1) + ((i * 5) % 3)) % 9) / 8;
  });
  const { weights } = trainer.fit({
    weights: trainer.initialise('golden'),
    data: { features, width: SIDE * SIDE, targets },
    training: { epochs: 3, batchSize: 16, learningRate: 2 ** -6, optimiser: 'adam' },
    seed: 'golden',
  });
  const digest = await crypto.subtle.digest('SHA-256', weights.buffer as ArrayBuffer);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
