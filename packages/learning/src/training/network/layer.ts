import type { Address, Kernel } from '../../kernel/kernel.ts';

/** A tensor that a layer owns. */
export interface LayerTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** `statistic`: measured in training, not learned by gradient. */
  readonly role: 'weight' | 'normalisation' | 'statistic';
  /** A constant, or the bound b of a uniform distribution over [−b, b). */
  readonly initial: number | { readonly bound: number };
}

export interface LayerPass {
  readonly kernel: Kernel;
  /** Examples in this batch. */
  readonly rows: number;
  /** Whether a backward pass follows, which decides what normalisation measures. */
  readonly training: boolean;
  readonly input: Address;
  /** The same as `input` for a layer that works in place. */
  readonly output: Address;
  /** Addresses of the layer's tensors, in their order. */
  readonly tensors: readonly Address[];
  /** The layer's own words, kept from the forward to the backward pass. */
  readonly scratch: Address;
}

export interface BackwardPass extends LayerPass {
  /** Gradient of the loss by the output; overwritten in place where a layer works in place. */
  readonly outputGradient: Address;
  /** Where the gradient by the input goes; absent for the first layer, whose input is data. */
  readonly inputGradient?: Address;
  /** Where gradients of the tensors go. */
  readonly gradients: readonly Address[];
}

/** One step of a network. It holds shapes only; numbers lie in the kernel's memory. */
export interface Layer {
  /** Numbers an example has after it. */
  readonly outputs: number;
  readonly tensors: readonly LayerTensor[];
  /** Whether it overwrites its input, and its output's gradient. Default false. */
  readonly inPlace?: boolean;
  /** Words it needs for `rows` examples. Default 0. */
  scratchWords?(rows: number): number;
  forward(pass: LayerPass): void;
  backward(pass: BackwardPass): void;
}
