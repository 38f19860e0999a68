import type { Block } from '../kernel/kernel.ts';
import type { LayerSpace, LayerTensor } from './layer.ts';

/** The examples `order[from]` to `order[from + rows - 1]`. */
export interface Batch<Data> {
  readonly data: Data;
  readonly order: readonly number[];
  readonly from: number;
  readonly rows: number;
}

/** Receives runs of parameters: where one begins in the vector, and its length. */
export type VisitRun = (offset: number, length: number) => void;

/** An input stage with memory of its own, for one `fit` or `evaluate`. */
export interface BoundInput<Data> {
  /** Writes rows × outputs numbers. */
  forward(batch: Batch<Data>, y: Block): void;
  /** What a stage that learns has beside that. */
  readonly learning?: {
    /** Adds to gradients that are zero. */
    backward(batch: Batch<Data>, dy: Block): void;
    /** The runs of its first tensor in which this batch's gradient may differ from zero. */
    eachTouchedRun(visit: VisitRun): void;
    /**
     * Sets the gradients to zero again: those of the touched runs, or all of them where penalties
     * were added beyond those.
     */
    clear(isEverywhere: boolean): void;
  };
}

/** How examples enter a network: copied, or looked up in a table that is learnt too. */
export interface InputStage<Data> {
  readonly outputs: number;
  readonly tensors: readonly LayerTensor[];
  /**
   * @returns how many examples there are.
   * @throws {DdaiError} `EXAMPLES_INVALID`
   */
  check(data: Data): number;
  /**
   * A copy without a seeded share of every example's features, the others scaled up to the same
   * mean; only where examples are sparse.
   */
  dropFeatures?(data: Data, share: number, seed: string): Data;
  bind(space: LayerSpace): BoundInput<Data>;
}
