import type { ActivationName } from '../model-spec.ts';

/**
 * Bound of a uniform distribution for weights before an activation: He et al. 2015 (eq. 10) for
 * relu, Glorot and Bengio 2010 (eq. 16) for tanh.
 */
export function hiddenBound(activation: ActivationName, fanIn: number, fanOut: number): number {
  return activation === 'relu' ? Math.sqrt(6 / fanIn) : outputBound(fanIn, fanOut);
}

/** Glorot and Bengio 2010, eq. 16: for scores, which no activation follows. */
export function outputBound(fanIn: number, fanOut: number): number {
  return Math.sqrt(6 / (fanIn + fanOut));
}
