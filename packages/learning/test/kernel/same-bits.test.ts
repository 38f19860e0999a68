import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createTrainer,
  createTypeScriptKernel,
  createWasmKernel,
  type Kernel,
  type Trainer,
} from '../../src/index.ts';
import { generateExamples, SMALL_MODELS } from '../training/generated-examples.ts';

const reference = createTypeScriptKernel();
const wasm = await createWasmKernel();

/** Runs an operation on the same numbers in both kernels and compares the whole memory, bit by bit. */
function expectSameBits(values: Float32Array, operate: (kernel: Kernel, at: number) => unknown) {
  const results = [reference, wasm].map((kernel) => {
    const at = kernel.reserve(values.length);
    kernel.floats.set(values, at);
    const returned = operate(kernel, at);
    return { returned, words: kernel.words.slice(at, at + values.length) };
  });
  expect(results[1]).toEqual(results[0]);
}

function numbers(count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => 3 * Math.sin(i * i + 1));
}

const size = fc.integer({ min: 1, max: 21 });

describe('the WebAssembly kernel gives the bits of the reference', () => {
  it('for products of every shape and transposition, also across the borders of its blocks', () => {
    const large = fc.constantFrom(1, 5, 129, 130, 257, 300, 513);
    const side = fc.oneof({ weight: 4, arbitrary: size }, { weight: 1, arbitrary: large });
    fc.assert(
      fc.property(
        side,
        side,
        side,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (rows, columns, depth, transposeLeft, transposeRight, accumulate) => {
          const [left, right] = [0, rows * depth];
          const out = right + depth * columns;
          expectSameBits(numbers(out + rows * columns), (kernel, at) =>
            kernel.multiply({
              rows,
              columns,
              depth,
              left: at + left,
              right: at + right,
              out: at + out,
              transposeLeft,
              transposeRight,
              accumulate,
            }),
          );
        },
      ),
      { numRuns: 150, seed: 1 },
    );
  });

  it('for patches and pools', () => {
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 2, 3, 5),
        (height, width, channels, window) => {
          const image = height * width * channels;
          const other = image * 25;
          const windows = (at: number, side: number) => ({
            height,
            width,
            channels,
            size: side,
            image: at,
            other: at + image,
          });
          const odd = window === 2 ? 1 : window;
          const values = numbers(image * 2 + other);
          expectSameBits(values, (kernel, at) => kernel.imageToPatches(windows(at, odd)));
          expectSameBits(values, (kernel, at) => kernel.patchesToImage(windows(at, odd)));
          expectSameBits(values, (kernel, at) => kernel.maxPool(windows(at, window)));
          expectSameBits(values.map(Math.round), (kernel, at) =>
            kernel.maxPoolGradient({ ...windows(at, window), gradient: at + image + other }),
          );
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  it('for tanh, and for the exponentials and logarithms of losses, over the whole range', () => {
    const values = Float32Array.from(
      { length: 20_000 },
      (_, i) => Math.sin(i) * 2 ** ((i % 40) - 30),
    );
    expectSameBits(values, (kernel, at) => kernel.tanh(at, values.length));
    values.fill(1, 10_000);
    expectSameBits(values, (kernel, at) =>
      kernel.binaryCrossEntropy({
        rows: 10_000,
        columns: 1,
        scores: at,
        targets: at + 10_000,
        scale: 1,
      }),
    );
    expectSameBits(values, (kernel, at) =>
      kernel.softmaxCrossEntropy({
        rows: 1000,
        columns: 10,
        scores: at,
        targets: at + 10_000,
        scale: 1 / 3,
      }),
    );
  });

  it('for −0, denormals and the largest numbers', () => {
    const values = Float32Array.from([-0, 0, 1e-45, -1e-45, 3e38, -3e38, 1, -1, -0, 2, -3]);
    const count = values.length;
    expectSameBits(values, (kernel, at) => kernel.relu(at, count));
    expectSameBits(values, (kernel, at) => kernel.tanh(at, count));
    expectSameBits(values, (kernel, at) =>
      kernel.addScaled({ count: 5, factor: 0.5, from: at, to: at + 5 }),
    );
  });
});

describe.each(Object.entries(SMALL_MODELS))('%s', (_, spec) => {
  it.each(['sgd', 'momentum', 'adam'] as const)('trains to the same bits by %s', (optimiser) => {
    const data = generateExamples(spec, 30, 'bits');
    const run = (kernel: Kernel) => {
      const trainer = createTrainer(spec, kernel) as Trainer<unknown>;
      const weights = trainer.initialise('bits');
      const training = {
        epochs: 4,
        batchSize: 7,
        learningRate: 0.02,
        optimiser,
        weightDecay: 0.01,
      };
      const fitted = trainer.fit({ weights, data, seed: 'bits', training, proximal: 0.1 });
      return { fitted, evaluation: trainer.evaluate({ weights: fitted.weights, data }) };
    };
    expect(run(wasm)).toEqual(run(reference));
  });
});
