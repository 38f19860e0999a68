/**
 * Where numbers lie in a kernel's memory: an index of 32-bit words, so that `kernel.floats[address]`
 * is the first number of a vector.
 */
export type Address = number;

/** A row-major matrix product: out = left · right, or out += left · right. */
export interface MatrixProduct {
  /** Rows of `out` and of the left factor. */
  readonly rows: number;
  /** Columns of `out` and of the right factor. */
  readonly columns: number;
  /** Columns of the left factor and rows of the right one. */
  readonly depth: number;
  readonly left: Address;
  readonly right: Address;
  readonly out: Address;
  /** The left factor lies in memory as depth × rows. Default false. */
  readonly transposeLeft?: boolean;
  /** The right factor lies in memory as columns × depth. Default false. */
  readonly transposeRight?: boolean;
  /** Adds to what `out` holds. Default false. */
  readonly accumulate?: boolean;
}

/** `values` is rows × columns; what `vector` is, each function tells. */
export interface RowsAndVector {
  readonly rows: number;
  readonly columns: number;
  readonly values: Address;
  readonly vector: Address;
}

/** One image as height × width × channels, and square windows of `size` over it. */
export interface ImageWindows {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly size: number;
  readonly image: Address;
  /** The other side: patches of a convolution, or the smaller image of a pool. */
  readonly other: Address;
}

/** Scores of a batch and what they should have been; the scores become gradients in place. */
export interface LossRows {
  readonly rows: number;
  /** Scores of each row; 1 for the binary and squared losses. */
  readonly columns: number;
  readonly scores: Address;
  /** One number a row: the index of a class, 0 or 1, or a value. */
  readonly targets: Address;
  /** Multiplies the gradients: 1 / rows for the gradient of the mean. */
  readonly scale: number;
}

/** Sparse rows over a table of `width` numbers an index; see `SparseRows`. */
export interface BagRows {
  readonly rows: number;
  readonly width: number;
  readonly table: Address;
  /** rows + 1 unsigned words: the first entry of each row, and the end of the last. */
  readonly offsets: Address;
  /** Unsigned words, each below the rows of the table. */
  readonly indices: Address;
  readonly values: Address;
  /** rows × width. */
  readonly out: Address;
}

/** An activation's gradient, worked out in place from its output. */
export interface ActivationGradient {
  readonly count: number;
  readonly outputs: Address;
  readonly gradients: Address;
}

/** What an optimiser step reads and writes; each vector has `count` numbers. */
export interface OptimiserStep {
  readonly count: number;
  readonly weights: Address;
  readonly gradients: Address;
  readonly learningRate: number;
}

export interface MomentumStep extends OptimiserStep {
  readonly velocity: Address;
  readonly momentum: number;
}

export interface AdamStep extends OptimiserStep {
  readonly mean: Address;
  readonly variance: Address;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ) at step t. */
  readonly meanCorrection: number;
  readonly varianceCorrection: number;
}

/**
 * The arithmetic of training over one flat memory of single-precision numbers. The order of every
 * sum is part of the contract, so that all kernels give the same bits: from the first term to the
 * last in one accumulator, each product and each sum rounded to single precision; losses and tanh
 * are worked out in double precision, and only what is stored is rounded.
 *
 * Addresses are not checked; callers stay inside what they reserved. A kernel is not shared between
 * threads, and its memory belongs to whoever called `reserve` last.
 */
export interface Kernel {
  readonly name: 'typescript' | 'wasm';
  /**
   * Makes room for `words` words and returns the address of the first. What the room holds is left
   * over from before. Memory grows to the largest call and no further.
   * @throws {DdaiError} `KERNEL_MEMORY` when the room cannot be had.
   */
  reserve(words: number): Address;
  /** The memory; may be another object after each `reserve`. */
  readonly floats: Float32Array;
  /** The same memory as unsigned words. */
  readonly words: Uint32Array;

  multiply(product: MatrixProduct): void;
  /** Adds `vector`, one number a column, to each row of `values`. */
  addToRows(options: RowsAndVector): void;
  /** Writes the sum of each column of `values` to `vector`. */
  sumRows(options: RowsAndVector): void;
  /** to += factor · from, over `count` numbers. */
  addScaled(options: {
    readonly count: number;
    readonly factor: number;
    readonly from: Address;
    readonly to: Address;
  }): void;
  /** to += factor · (from − origin), over `count` numbers. */
  addScaledDifference(options: {
    readonly count: number;
    readonly factor: number;
    readonly from: Address;
    readonly origin: Address;
    readonly to: Address;
  }): void;

  /** max(x, 0) in place; never −0. */
  relu(values: Address, count: number): void;
  /** Clears each gradient whose output of `relu` is 0. */
  reluGradient(options: ActivationGradient): void;
  /** tanh in place. */
  tanh(values: Address, count: number): void;
  /** Multiplies each gradient by 1 − output². */
  tanhGradient(options: ActivationGradient): void;

  /** Returns the summed −ln p(target), in nats. */
  softmaxCrossEntropy(rows: LossRows): number;
  /** Returns the summed ln(1 + eˢ) − t·s of logits s, in nats. */
  binaryCrossEntropy(rows: LossRows): number;
  /** Returns the summed (s − t)² / 2. */
  squaredError(rows: LossRows): number;

  /**
   * Patches of an image for a convolution of odd `size`, step 1 and zero padding to the same size:
   * `other` gets height · width rows of size · size · channels numbers.
   */
  imageToPatches(windows: ImageWindows): void;
  /** The transpose: adds each number of the patches to its pixel of `image`, row by row. */
  patchesToImage(windows: ImageWindows): void;
  /** Largest of each size × size window without overlap; a rest at the border is left out. */
  maxPool(windows: ImageWindows): void;
  /** Writes to `gradient` each number of `other` at the first largest pixel of its window, else 0. */
  maxPoolGradient(windows: ImageWindows & { readonly gradient: Address }): void;

  /** out = Σ value · table[index] of each row. */
  sumBags(bags: BagRows): void;
  /** Its gradient: table[index] += value · out, entry by entry. */
  spreadBags(bags: BagRows): void;

  /** w ← w − η g. */
  sgdStep(step: OptimiserStep): void;
  /** v ← β v + g, w ← w − η v (Polyak 1964; Sutskever et al. 2013, eq. 1–2, with η outside v). */
  momentumStep(step: MomentumStep): void;
  /** Algorithm 1 of Kingma and Ba 2015. */
  adamStep(step: AdamStep): void;
}
