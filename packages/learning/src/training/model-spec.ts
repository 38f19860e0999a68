/**
 * What a model is trained to make small: cross-entropy over classes, cross-entropy of one yes or
 * no, or half the squared error of one value.
 */
export type LossName = 'softmax-cross-entropy' | 'binary-cross-entropy' | 'squared-error';

export type ActivationName = 'relu' | 'tanh';

/** Batch (Ioffe and Szegedy 2015) or layer normalisation (Ba, Kiros and Hinton 2016), or none. */
export type NormalisationName = 'none' | 'batch' | 'layer';

/** scores = x·W + b. With softmax cross-entropy multinomial logistic regression. */
export interface LinearSpec {
  readonly kind: 'linear';
  /** Numbers an example has. */
  readonly inputs: number;
  /** Classes, or 1 for the binary and squared losses. */
  readonly outputs: number;
  readonly loss: LossName;
}

/** The same over sparse rows, with parameters in the order of `SoftmaxShape`. */
export interface SparseSoftmaxSpec {
  readonly kind: 'sparse-softmax';
  /** Indices lie below it. */
  readonly dimension: number;
  readonly outputs: number;
}

/** Hidden layers one after another, each followed by its normalisation and activation. */
export interface MlpSpec {
  readonly kind: 'mlp';
  readonly inputs: number;
  /** Widths, from the input on. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly normalisation: NormalisationName;
  readonly outputs: number;
  readonly loss: LossName;
}

/** One convolution of step 1 and padding to the same size, a max pool, and the activation. */
export interface ConvolutionSpec {
  readonly channels: number;
  /** Side of the window: odd. */
  readonly size: number;
  /** Side of the pool; 1 for none. */
  readonly pool: number;
}

/** Convolutions, then hidden layers, then the scores: LeCun et al. 1998. */
export interface CnnSpec {
  readonly kind: 'cnn';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly convolutions: readonly ConvolutionSpec[];
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly outputs: number;
  readonly loss: LossName;
}

/**
 * Each example is the weighted sum, or the mean over its entries, of learned vectors, one for each
 * index; hidden layers may follow. Without them this is fastText (Joulin et al. 2017).
 */
export interface EmbeddingBagSpec {
  readonly kind: 'embedding-bag';
  /** Indices lie below it. */
  readonly dimension: number;
  /** Length of a learned vector. */
  readonly width: number;
  readonly pooling: 'sum' | 'mean';
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  readonly outputs: number;
  readonly loss: LossName;
}

export type DenseModelSpec = LinearSpec | MlpSpec | CnnSpec;
export type SparseModelSpec = SparseSoftmaxSpec | EmbeddingBagSpec;

/** A model as plain JSON: what a job's terms name and `createTrainer` builds. */
export type ModelSpec = DenseModelSpec | SparseModelSpec;

/** Whether a model reads `SparseExamples`; the others read `DenseExamples`. */
export function isSparseModel(spec: ModelSpec): spec is SparseModelSpec {
  return spec.kind === 'sparse-softmax' || spec.kind === 'embedding-bag';
}
