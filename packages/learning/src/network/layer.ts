import type { SeededRandom } from '@ddai/core';
import type { Block, Kernel } from '../kernel/kernel.ts';

/** A tensor that a layer learns, or measures. */
export interface LayerTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly isNormalisation: boolean;
  /** False for running statistics, which no gradient moves. */
  readonly isTrained: boolean;
  /** One value after the other, in the order of the vector. */
  initial(random: SeededRandom): number;
}

/** Where a layer works: its tensors and their gradients, and room for so many rows. */
export interface LayerSpace {
  readonly kernel: Kernel;
  /** One block a tensor, in the order of `tensors`. */
  readonly weights: readonly Block[];
  readonly gradients: readonly Block[];
  readonly maxRows: number;
}

/** A layer with memory of its own, for one `fit` or `evaluate`. */
export interface BoundLayer {
  /** y[rows×outputs] from x[rows×inputs]; `isTraining` asks for batch statistics. */
  forward(rows: number, x: Block, y: Block, isTraining: boolean): void;
  /**
   * Overwrites the layer's gradients; with `dx` also the error at its input. Follows the `forward`
   * of the same batch.
   */
  backward(rows: number, x: Block, y: Block, dy: Block, dx: Block | undefined): void;
}

/** One step of a network, from `inputs` numbers an example to `outputs`. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly tensors: readonly LayerTensor[];
  bind(space: LayerSpace): BoundLayer;
}

/** Uniform within ±`limit`; 0 gives zeros without a sign and draws nothing. */
export function uniform(limit: number): (random: SeededRandom) => number {
  if (limit === 0) return () => 0;
  return (random) => (2 * random.next() - 1) * limit;
}

/** He et al. 2015, equation 10, as a uniform distribution: for layers before a relu. */
export function heLimit(fanIn: number): number {
  return Math.sqrt(6 / fanIn);
}

/** Glorot and Bengio 2010, equation 16. */
export function glorotLimit(fanIn: number, fanOut: number): number {
  return Math.sqrt(6 / (fanIn + fanOut));
}
