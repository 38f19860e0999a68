/** One named part of a flat parameter vector. */
export interface ParameterTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Where it begins in the vector. */
  readonly offset: number;
  /** Product of `shape`. */
  readonly length: number;
  /** Statistics and scales of a normalisation layer, which FedBN leaves with the participant. */
  readonly isNormalisation: boolean;
}

/** All tensors of a model, in the order of the vector, without gaps. */
export type ParameterLayout = readonly ParameterTensor[];

/** How a participant trains in one round. */
export interface LocalTraining {
  /** Passes over its examples, at least 1. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly optimiser: 'sgd' | 'momentum' | 'adam';
  /** Share of the last step's velocity that stays, 0 to below 1; for `momentum`. Default 0.9. */
  readonly momentum?: number;
  /** L2 penalty added to the gradient. Default 0. */
  readonly weightDecay?: number;
  /**
   * Share of each example's sparse features that is left out in an epoch, 0 (default) to below 1;
   * the rest are scaled up by as much. For models over `SparseExamples` only.
   */
  readonly featureDropout?: number;
}

export interface FitOptions<Data> {
  /** Where training begins; left as it is. */
  readonly weights: Float32Array;
  readonly data: Data;
  readonly training: LocalTraining;
  /** Decides the order of examples and whatever else is random. */
  readonly seed: string;
  /** μ of FedProx: each gradient gets μ (w − w₀), with w₀ the weights at the beginning. Default 0. */
  readonly proximal?: number;
  /** Added to each gradient, one entry a parameter: c − cᵢ of SCAFFOLD. */
  readonly gradientCorrection?: Float32Array;
}

export interface FitResult {
  readonly weights: Float32Array;
  readonly examples: number;
  /** Optimiser steps taken. */
  readonly steps: number;
  /** Mean over the last epoch, each example measured before its own update. */
  readonly trainLoss: number;
}

export interface Evaluation {
  readonly examples: number;
  readonly lossSum: number;
  /** Whose largest score, or whose side of one half, is right; 0 for a regression. */
  readonly correct: number;
}

/**
 * A model's mathematics over a flat parameter vector. Equal inputs give equal bits on every
 * engine. `Data` is what its examples look like.
 */
export interface Trainer<Data> {
  readonly layout: ParameterLayout;
  /** Length of the vector. */
  readonly parameters: number;
  initialise(seed: string): Float32Array;
  /** @throws {DdaiError} `TRAINING_DIVERGED` when a loss or weight is not finite. */
  fit(options: FitOptions<Data>): FitResult;
  evaluate(options: { readonly weights: Float32Array; readonly data: Data }): Evaluation;
}
