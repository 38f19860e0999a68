import type { Activation } from '../network/activation-layer.ts';
import type { Loss } from '../network/loss.ts';

/** Scores straight from the features; softmax, logistic or linear regression, as the loss says. */
export interface LinearSpec {
  readonly kind: 'linear';
  readonly inputs: number;
  readonly outputs: number;
  readonly loss: Loss;
}

/** Fully connected layers. */
export interface MultiLayerPerceptronSpec {
  readonly kind: 'multi-layer-perceptron';
  readonly inputs: number;
  /** Widths of the hidden layers, 1 to 16 of them. */
  readonly hidden: readonly number[];
  readonly activation: Activation;
  /** Between each hidden product and its activation. */
  readonly normalisation: 'none' | 'batch' | 'layer';
  readonly outputs: number;
  readonly loss: Loss;
}

/** A convolution, a relu and a pooling. */
export interface ConvolutionSpec {
  readonly filters: number;
  /** Height and width of the window; odd. */
  readonly window: number;
  /** Height and width of the pooled squares; 1 for none. */
  readonly pool: number;
}

/** Convolutions with zeros around the border, then fully connected relu layers. */
export interface ConvolutionalSpec {
  readonly kind: 'convolutional';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** 1 to 8 of them. */
  readonly convolutions: readonly ConvolutionSpec[];
  /** Widths of the fully connected layers before the scores, up to 8 of them. */
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly loss: Loss;
}

/** The mean embedding of an example's features, then scores. */
export interface EmbeddingBagSpec {
  readonly kind: 'embedding-bag';
  /** Size of the hash space. */
  readonly dimension: number;
  /** Width of an embedding. */
  readonly embedding: number;
  readonly outputs: number;
  readonly loss: Loss;
}

/** Scores straight from sparse features: `linear` for n-grams, with every loss and optimiser. */
export interface SparseLinearSpec {
  readonly kind: 'sparse-linear';
  readonly dimension: number;
  readonly outputs: number;
  readonly loss: Loss;
}

/** The softmax classifier of the intent model; plain SGD touches only what a batch has. */
export interface SparseSoftmaxSpec {
  readonly kind: 'sparse-softmax';
  readonly dimension: number;
  readonly outputs: number;
}

export type DenseModelSpec = LinearSpec | MultiLayerPerceptronSpec | ConvolutionalSpec;
export type SparseModelSpec = EmbeddingBagSpec | SparseLinearSpec | SparseSoftmaxSpec;
/** A model as JSON describes it. */
export type ModelSpec = DenseModelSpec | SparseModelSpec;

/**
 * "2NN" of McMahan et al. 2017, section 3, for MNIST: 199,210 parameters.
 */
export const MCMAHAN_2NN: MultiLayerPerceptronSpec = {
  kind: 'multi-layer-perceptron',
  inputs: 784,
  hidden: [200, 200],
  activation: 'relu',
  normalisation: 'none',
  outputs: 10,
  loss: 'softmax-cross-entropy',
};

/** The CNN of McMahan et al. 2017, section 3, for MNIST: 1,663,370 parameters. */
export const MCMAHAN_CNN: ConvolutionalSpec = {
  kind: 'convolutional',
  height: 28,
  width: 28,
  channels: 1,
  convolutions: [
    { filters: 32, window: 5, pool: 2 },
    { filters: 64, window: 5, pool: 2 },
  ],
  hidden: [512],
  outputs: 10,
  loss: 'softmax-cross-entropy',
};
