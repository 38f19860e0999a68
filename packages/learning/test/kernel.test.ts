import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createSeededRandom, isDdaiError } from '@ddai/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileKernel } from '../scripts/build-kernel.ts';
import {
  type Block,
  createReferenceKernel,
  createWasmKernel,
  type Kernel,
  type KernelOperations,
} from '../src/index.ts';
import { MAX_KERNEL_ELEMENTS } from '../src/kernel/kernel.ts';
import { tanh } from '../src/training/elementary.ts';

const wasm = await createWasmKernel();
const single = createReferenceKernel();
const double = createReferenceKernel('double');

/** Blocks of the given lengths filled with numbers of a seed; also a place for class indices. */
function reserveFilled(kernel: Kernel, lengths: readonly number[], seed: string): Block[] {
  kernel.releaseAll();
  const blocks = lengths.map((length) => kernel.reserve(length));
  const random = createSeededRandom(seed);
  for (const [i, block] of blocks.entries()) {
    const length = lengths[i] as number;
    for (let j = 0; j < length; j++) kernel.memory[block + j] = Math.fround(random.next() * 8 - 4);
  }
  return blocks;
}

/** Runs an operation on equal memory in two kernels; returns all blocks of both, and the results. */
function runInBoth(options: {
  readonly kernels: readonly [Kernel, Kernel];
  readonly lengths: readonly number[];
  readonly seed: string;
  readonly run: (kernel: Kernel, blocks: readonly Block[]) => unknown;
}): { values: [number[], number[]]; results: unknown[] } {
  const { kernels, lengths, seed, run } = options;
  const results: unknown[] = [];
  const values = kernels.map((kernel) => {
    const blocks = reserveFilled(kernel, lengths, seed);
    results.push(run(kernel, blocks));
    return blocks.flatMap((block, i) => [
      ...kernel.memory.subarray(block, block + (lengths[i] as number)),
    ]);
  });
  return { values: values as [number[], number[]], results };
}

const size = (max: number) => fc.integer({ min: 1, max });

describe('the WebAssembly kernel', () => {
  it('is compiled from the sources beside it', async () => {
    const artefact = fileURLToPath(
      new URL('../src/kernel/generated/kernel-wasm.ts', import.meta.url),
    );
    expect(readFileSync(artefact, 'utf8')).toBe(await compileKernel());
  });

  it('keeps content when its memory grows', async () => {
    const kernel = await createWasmKernel();
    const first = kernel.reserve(100);
    kernel.fill(100, 1.5, first);
    kernel.reserve(10_000_000);
    expect([...kernel.memory.subarray(first, first + 100)]).toEqual(Array(100).fill(1.5));
  });

  it('hands out the same blocks after releasing them', () => {
    wasm.releaseAll();
    const blocks = [wasm.reserve(1), wasm.reserve(17), wasm.reserve(5)];
    wasm.releaseAll();
    expect([wasm.reserve(1), wasm.reserve(17), wasm.reserve(5)]).toEqual(blocks);
    for (const block of blocks) expect(block % 16).toBe(0);
  });

  it('refuses to grow beyond its limit and goes on', async () => {
    const kernel = await createWasmKernel();
    let caught: unknown;
    try {
      kernel.reserve(MAX_KERNEL_ELEMENTS + 1);
    } catch (error) {
      caught = error;
    }
    expect(isDdaiError(caught, 'KERNEL_MEMORY_EXHAUSTED')).toBe(true);
    const block = kernel.reserve(4);
    kernel.fill(4, 2, block);
    expect(kernel.memory[block + 3]).toBe(2);
  });
});

describe('products', () => {
  const products = ['gemmNN', 'gemmTN', 'gemmNT'] as const;

  it.each(products)('%s has the same bits in both kernels, whatever the shape', (product) => {
    fc.assert(
      fc.property(size(140), size(40), size(40), fc.constantFrom(0, 1), (m, n, k, add) => {
        const { values } = runInBoth({
          kernels: [wasm, single],
          lengths: [m * k, k * n, m * n],
          seed: `${m},${n},${k}`,
          run: (kernel, [a = 0, b = 0, c = 0]) => kernel[product](m, n, k, a, b, c, add as 0 | 1),
        });
        expect(values[0]).toEqual(values[1]);
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it.each(products)('%s has the same bits beyond one block of every dimension', (product) => {
    const [m, n, k] = [131, 517, 515];
    const { values } = runInBoth({
      kernels: [wasm, single],
      lengths: [m * k, k * n, m * n],
      seed: product,
      run: (kernel, [a = 0, b = 0, c = 0]) => kernel[product](m, n, k, a, b, c, 1),
    });
    expect(values[0]).toEqual(values[1]);
  });

  it.each(products)('%s has the same bits when most steps of A are zero', (product) => {
    fc.assert(
      fc.property(size(40), size(20), size(300), (m, n, k) => {
        const { values } = runInBoth({
          kernels: [wasm, single],
          lengths: [m * k, k * n, m * n],
          seed: `${m},${n},${k}`,
          run: (kernel, [a = 0, b = 0, c = 0]) => {
            // Zeros along the inner dimension, as the background of an image gives them.
            const isTransposed = product === 'gemmTN';
            for (let i = 0; i < m * k; i++) {
              const inner = isTransposed ? Math.floor(i / m) : i % k;
              if (inner % 5 !== 0) kernel.memory[a + i] = 0;
            }
            kernel[product](m, n, k, a, b, c, 1);
          },
        });
        expect(values[0]).toEqual(values[1]);
      }),
      { numRuns: 40, seed: 4 },
    );
  });

  it('multiply as the definition says', () => {
    const [m, n, k] = [3, 2, 4];
    const [a, b, c] = reserveFilled(double, [m * k, k * n, m * n], 'definition') as [
      Block,
      Block,
      Block,
    ];
    const e = double.memory;
    double.gemmNN(m, n, k, a, b, c, 0);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++)
          sum += (e[a + i * k + l] as number) * (e[b + l * n + j] as number);
        expect(e[c + i * n + j]).toBeCloseTo(sum, 12);
      }
    }
  });

  it('of transposed matrices are those of the matrices', () => {
    const [m, n, k] = [5, 7, 6];
    const [a, b, at, bt, ...results] = reserveFilled(
      double,
      [m * k, k * n, m * k, k * n, m * n, m * n, m * n],
      'transposed',
    ) as [Block, Block, Block, Block, Block, Block, Block];
    const e = double.memory;
    for (let i = 0; i < m; i++)
      for (let l = 0; l < k; l++) e[at + l * m + i] = e[a + i * k + l] as number;
    for (let l = 0; l < k; l++)
      for (let j = 0; j < n; j++) e[bt + j * k + l] = e[b + l * n + j] as number;
    double.gemmNN(m, n, k, a, b, results[0] as Block, 0);
    double.gemmTN(m, n, k, at, b, results[1] as Block, 0);
    double.gemmNT(m, n, k, a, bt, results[2] as Block, 0);
    const [plain, left, right] = results.map((c) => [...e.subarray(c, c + m * n)]);
    expect(left).toEqual(plain);
    expect(right).toEqual(plain);
  });
});

/** Name, lengths of its blocks and call of every other operation, for rows × width numbers. */
type Case = readonly [
  keyof KernelOperations,
  (rows: number, width: number) => readonly number[],
  (kernel: Kernel, rows: number, width: number, blocks: readonly number[]) => unknown,
];
const EPSILON = 1e-5;
const flat = (rows: number, width: number): number[] => Array(4).fill(rows * width) as number[];
const CASES: readonly Case[] = [
  ['fill', flat, (k, r, w, [y = 0]) => k.fill(r * w, 0.1, y)],
  ['axpy', flat, (k, r, w, [x = 0, y = 0]) => k.axpy(r * w, 0.3, x, y)],
  ['addRow', (r, w) => [w, r * w], (k, r, w, [x = 0, y = 0]) => k.addRow(r, w, x, y)],
  ['sumRows', (r, w) => [r * w, w], (k, r, w, [x = 0, y = 0]) => k.sumRows(r, w, x, y)],
  ['relu', flat, (k, r, w, [x = 0, y = 0]) => k.relu(r * w, x, y)],
  ['reluBackward', flat, (k, r, w, [y = 0, e = 0, x = 0]) => k.reluBackward(r * w, y, e, x)],
  ['tanh', flat, (k, r, w, [x = 0, y = 0]) => k.tanh(r * w, x, y)],
  ['tanhBackward', flat, (k, r, w, [y = 0, e = 0, x = 0]) => k.tanhBackward(r * w, y, e, x)],
  [
    'im2col',
    (r, w) => [r * w * 3, r * w * 27],
    (k, r, w, [x = 0, y = 0]) => k.im2col(r, w, 3, 3, x, y),
  ],
  [
    'col2im',
    (r, w) => [r * w * 50, r * w * 2],
    (k, r, w, [x = 0, y = 0]) => k.col2im(r, w, 2, 5, x, y),
  ],
  [
    'maxPool',
    (r, w) => [r * w * 3, (r >> 1) * (w >> 1) * 3],
    (k, r, w, [x = 0, y = 0]) => k.maxPool(r, w, 3, 2, x, y),
  ],
  [
    'maxPoolBackward',
    (r, w) => [r * w * 3, (r >> 1) * (w >> 1) * 3, (r >> 1) * (w >> 1) * 3, r * w * 3],
    (k, r, w, [x = 0, y = 0, e = 0, dx = 0]) => {
      k.maxPool(r, w, 3, 2, x, y);
      k.maxPoolBackward(r, w, 3, 2, x, y, e, dx);
    },
  ],
  [
    'columnMoments',
    (r, w) => [r * w, w, w],
    (k, r, w, [x = 0, m = 0, v = 0]) => k.columnMoments(r, w, x, m, v),
  ],
  [
    'batchNorm',
    (r, w) => [r * w, w, w, w, w, r * w],
    (k, r, w, [x = 0, m = 0, v = 0, s = 0, b = 0, y = 0]) => {
      k.columnMoments(r, w, x, m, v);
      k.batchNorm(r, w, EPSILON, x, m, v, s, b, y);
    },
  ],
  [
    'batchNormBackward',
    (r, w) => [r * w, w, w, w, r * w, w, w, r * w],
    (k, r, w, [x = 0, m = 0, v = 0, s = 0, e = 0, ds = 0, db = 0, dx = 0]) => {
      k.columnMoments(r, w, x, m, v);
      k.batchNormBackward(r, w, EPSILON, x, m, v, s, e, ds, db, dx);
    },
  ],
  [
    'layerNorm',
    (r, w) => [r * w, w, w, r * w],
    (k, r, w, [x = 0, s = 0, b = 0, y = 0]) => k.layerNorm(r, w, EPSILON, x, s, b, y),
  ],
  [
    'layerNormBackward',
    (r, w) => [r * w, w, r * w, w, w, r * w],
    (k, r, w, [x = 0, s = 0, e = 0, ds = 0, db = 0, dx = 0]) =>
      k.layerNormBackward(r, w, EPSILON, x, s, e, ds, db, dx),
  ],
  [
    'softmaxCrossEntropy',
    (r, w) => [r * w, r, r * w],
    (k, r, w, [x = 0, t = 0, e = 0]) => {
      for (let row = 0; row < r; row++) k.memory[t + row] = (row * 7) % w;
      return k.softmaxCrossEntropy(r, w, x, t, e);
    },
  ],
  [
    'binaryCrossEntropy',
    flat,
    (k, r, w, [x = 0, t = 0, e = 0]) => k.binaryCrossEntropy(r, w, x, t, e),
  ],
  ['squaredError', flat, (k, r, w, [x = 0, t = 0, e = 0]) => k.squaredError(r, w, x, t, e)],
  ['addPenalty', flat, (k, r, w, [x = 0, a = 0, g = 0]) => k.addPenalty(r * w, 0.1, 0.3, x, a, g)],
  [
    'momentumStep',
    flat,
    (k, r, w, [g = 0, v = 0, x = 0]) => k.momentumStep(r * w, 0.1, 0.9, g, v, x),
  ],
  [
    'adamStep',
    flat,
    (k, r, w, [g = 0, m = 0, v = 0, x = 0]) => {
      for (let i = 0; i < r * w; i++) k.memory[v + i] = Math.abs(k.memory[v + i] as number);
      k.adamStep(r * w, 0.01, 0.271, 0.002997001, g, m, v, x);
    },
  ],
];

describe('other operations', () => {
  it.each(CASES)('%s has the same bits in both kernels', (name, lengths, run) => {
    fc.assert(
      fc.property(size(9), size(21), (rows, width) => {
        const { values, results } = runInBoth({
          kernels: [wasm, single],
          lengths: lengths(rows, width),
          seed: `${name},${rows},${width}`,
          run: (kernel, blocks) => run(kernel, rows, width, blocks),
        });
        expect(values[0]).toEqual(values[1]);
        expect(results[0]).toBe(results[1]);
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  it('covers every operation there is', () => {
    const tested = [...CASES.map(([name]) => name), 'gemmNN', 'gemmNT', 'gemmTN'].sort();
    const operations = Object.keys(single).filter(
      (key) => !['name', 'memory', 'reserve', 'releaseAll'].includes(key),
    );
    expect(operations.sort()).toEqual(tested);
  });

  it('single precision stays near double', () => {
    for (const [name, lengths, run] of CASES) {
      const { values } = runInBoth({
        kernels: [single, double],
        lengths: lengths(8, 12),
        seed: name,
        run: (kernel, blocks) => run(kernel, 8, 12, blocks),
      });
      for (const [i, value] of values[0].entries())
        expect(Math.abs(value - (values[1][i] as number)), name).toBeLessThan(1e-4);
    }
  });
});

describe('tanh', () => {
  it('is within 1e-12 of its true value', () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        expect(Math.abs(tanh(x) - Math.tanh(x))).toBeLessThanOrEqual(
          1e-12 * Math.abs(Math.tanh(x)),
        );
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  it('reaches its limits and lets NaN through', () => {
    expect([tanh(40), tanh(-40), tanh(0), tanh(Number.NaN)]).toEqual([1, -1, 0, Number.NaN]);
  });
});
