import type { Address, Kernel } from '../../kernel/kernel.ts';
import type { FitOptions } from '../trainer.ts';

/** Checked examples that can be copied into a kernel's memory, some rows at a time. */
export interface Batches {
  readonly examples: number;
  readonly targets: Uint16Array | Float32Array;
  /** Words that any batch of `rows` examples needs. */
  words(rows: number): number;
  /** Copies the examples `order[start]` to `order[end - 1]`. */
  load(options: {
    readonly kernel: Kernel;
    readonly to: Address;
    readonly order: Uint32Array;
    readonly start: number;
    readonly end: number;
  }): void;
  /** Indices that the batch loaded last has, for the steps that touch only those; else none. */
  readonly touched?: Uint32Array;
}

/** What a network needs to know of its kind of examples. */
export interface ExampleReader<Data> {
  /**
   * Checks everything, once for a whole fit or evaluation.
   * @throws {DdaiError} `EXAMPLES_INVALID`.
   */
  read(data: Data): Batches;
  /** The same for one epoch of training, where features may be left out at random. */
  readEpoch(options: {
    readonly data: Data;
    readonly read: Batches;
    readonly training: FitOptions<Data>['training'];
    readonly seed: string;
  }): Batches;
}
