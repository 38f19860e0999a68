/** A run of numbers in a kernel's memory: the index of its first element. */
export type Block = number;

/**
 * The arithmetic of training, over blocks of one memory. Matrices lie row by row. Arguments are
 * positional, as in BLAS, because calls cross into WebAssembly. Nothing is checked here: whoever
 * plans the memory knows the sizes.
 *
 * Order is part of the contract, so that every implementation in float32 gives the same bits: each
 * sum runs from its first term to its last in one accumulator and rounds after each product and
 * each sum, in float32 in `gemm*`, `axpy`, `addRow`, `sumRows`, `col2im` and the optimiser steps,
 * in float64 elsewhere, where only stored results are rounded.
 */
export interface KernelOperations {
  /**
   * C[m×n] = A[m×k] B[k×n], or C + that when `add` is 1 instead of 0. An implementation may leave
   * out products with zeros of A: that changes no bit while B is finite.
   */
  gemmNN(m: number, n: number, k: number, a: Block, b: Block, c: Block, add: 0 | 1): void;
  /** C[m×n] (+)= A[k×m]ᵀ B[k×n] */
  gemmTN(m: number, n: number, k: number, a: Block, b: Block, c: Block, add: 0 | 1): void;
  /** C[m×n] (+)= A[m×k] B[n×k]ᵀ */
  gemmNT(m: number, n: number, k: number, a: Block, b: Block, c: Block, add: 0 | 1): void;

  fill(n: number, value: number, y: Block): void;
  /** y += alpha x */
  axpy(n: number, alpha: number, x: Block, y: Block): void;
  /** Adds x[width] to each row of y[rows×width]. */
  addRow(rows: number, width: number, x: Block, y: Block): void;
  /** y[width] = the sum of the rows of x[rows×width]. */
  sumRows(rows: number, width: number, x: Block, y: Block): void;
  relu(n: number, x: Block, y: Block): void;
  /** dx from the output y and its error dy. */
  reluBackward(n: number, y: Block, dy: Block, dx: Block): void;
  tanh(n: number, x: Block, y: Block): void;
  /** dx from the output y and its error dy. */
  tanhBackward(n: number, y: Block, dy: Block, dx: Block): void;

  /**
   * Windows of an image[height×width×channels], zeros beyond its border, stride 1: row p of
   * columns[(height·width)×(window²·channels)] is the window around pixel p. `window` is odd.
   */
  im2col(h: number, w: number, channels: number, window: number, image: Block, cols: Block): void;
  /** The transpose of `im2col`: image = the sum of every window at its place. */
  col2im(h: number, w: number, channels: number, window: number, cols: Block, image: Block): void;
  /** The largest of each size×size square; what fills no square at the far edges is left out. */
  maxPool(h: number, w: number, channels: number, size: number, x: Block, y: Block): void;
  /** Each error goes to the first place of its square that holds the largest value. */
  maxPoolBackward(
    h: number,
    w: number,
    channels: number,
    size: number,
    x: Block,
    y: Block,
    dy: Block,
    dx: Block,
  ): void;

  /** Mean and variance (divisor `rows`) of each column of x[rows×width]. */
  columnMoments(rows: number, width: number, x: Block, mean: Block, variance: Block): void;
  /** y = scale (x − mean) / √(variance + epsilon) + shift, column by column. */
  batchNorm(
    rows: number,
    width: number,
    epsilon: number,
    x: Block,
    mean: Block,
    variance: Block,
    scale: Block,
    shift: Block,
    y: Block,
  ): void;
  /** Gradients of `batchNorm` where mean and variance are those of x. */
  batchNormBackward(
    rows: number,
    width: number,
    epsilon: number,
    x: Block,
    mean: Block,
    variance: Block,
    scale: Block,
    dy: Block,
    dscale: Block,
    dshift: Block,
    dx: Block,
  ): void;
  /** y = scale (x − mean) / √(variance + epsilon) + shift, with the moments of each row. */
  layerNorm(
    rows: number,
    width: number,
    epsilon: number,
    x: Block,
    scale: Block,
    shift: Block,
    y: Block,
  ): void;
  layerNormBackward(
    rows: number,
    width: number,
    epsilon: number,
    x: Block,
    scale: Block,
    dy: Block,
    dscale: Block,
    dshift: Block,
    dx: Block,
  ): void;

  /**
   * The sum over the rows of −ln softmax(x)[target]; dx[rows×classes] becomes (softmax(x) − one
   * hot) / rows. `targets[rows]` holds class indices. dx may be x.
   */
  softmaxCrossEntropy(rows: number, classes: number, x: Block, targets: Block, dx: Block): number;
  /** The sum of −t ln σ(x) − (1 − t) ln(1 − σ(x)); dx = (σ(x) − t) / rows. */
  binaryCrossEntropy(rows: number, outputs: number, x: Block, targets: Block, dx: Block): number;
  /** The sum of (x − t)² / 2; dx = (x − t) / rows. */
  squaredError(rows: number, outputs: number, x: Block, targets: Block, dx: Block): number;

  /** g += decay w + proximal (w − anchor) */
  addPenalty(n: number, decay: number, proximal: number, w: Block, anchor: Block, g: Block): void;
  /** v = momentum v + g, w −= rate v */
  momentumStep(n: number, rate: number, momentum: number, g: Block, v: Block, w: Block): void;
  /**
   * Kingma and Ba 2015, algorithm 1, with β₁ .9, β₂ .999, ε 1e-8; `bias1` = 1 − β₁ᵗ, `bias2` =
   * 1 − β₂ᵗ.
   */
  adamStep(
    n: number,
    rate: number,
    bias1: number,
    bias2: number,
    g: Block,
    m: Block,
    v: Block,
    w: Block,
  ): void;
}

/**
 * A kernel with its memory. Trainers that share a kernel share the memory: a call of `fit` or
 * `evaluate` releases it, reserves what it needs and leaves nothing behind, so memory is as large
 * as the largest call and no larger, however many participants there are.
 */
export interface Kernel extends KernelOperations {
  readonly name: string;
  /** All of memory. Invalid after the next `reserve`: read it anew. */
  readonly memory: Float32Array | Float64Array;
  /**
   * `length` elements with arbitrary content, aligned to 16.
   * @throws {DdaiError} `KERNEL_MEMORY_EXHAUSTED` beyond {@link MAX_KERNEL_ELEMENTS}.
   */
  reserve(length: number): Block;
  /** Forgets every block; memory stays as large as it is. */
  releaseAll(): void;
}

/** 2 GiB of float32: below what every engine of today allows a WebAssembly memory. */
export const MAX_KERNEL_ELEMENTS = 2 ** 29;
