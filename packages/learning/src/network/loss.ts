import type { Targets } from '../examples/examples.ts';
import type { Block, Kernel } from '../kernel/kernel.ts';

/** What training makes small, on average over the examples. */
export type Loss = 'softmax-cross-entropy' | 'binary-cross-entropy' | 'squared-error';

export interface LossBatch {
  readonly loss: Loss;
  readonly kernel: Kernel;
  readonly rows: number;
  readonly outputs: number;
  /** Scores, rows × outputs. */
  readonly scores: Block;
  /** One class index a row, or rows × outputs numbers. */
  readonly targets: Block;
  /** Receives the gradient of the batch's mean loss; may be `scores`. */
  readonly errors: Block;
}

/** Targets a row occupies: one class index, or one number an output. */
export function targetsPerRow(loss: Loss, outputs: number): number {
  return loss === 'softmax-cross-entropy' ? 1 : outputs;
}

/** @returns the sum of the batch's losses. */
export function computeLoss(batch: LossBatch): number {
  const { kernel, loss, rows, outputs, scores, targets, errors } = batch;
  switch (loss) {
    case 'softmax-cross-entropy':
      return kernel.softmaxCrossEntropy(rows, outputs, scores, targets, errors);
    case 'binary-cross-entropy':
      return kernel.binaryCrossEntropy(rows, outputs, scores, targets, errors);
    case 'squared-error':
      return kernel.squaredError(rows, outputs, scores, targets, errors);
  }
}

/** Copies the targets of `order[from]` to `order[from + rows - 1]` into the kernel's memory. */
export function loadTargets(options: {
  readonly memory: Float32Array | Float64Array;
  readonly targets: Targets;
  readonly width: number;
  readonly order: readonly number[];
  readonly from: number;
  readonly rows: number;
  readonly to: Block;
}): void {
  const { memory, targets, width, order, from, rows, to } = options;
  for (let i = 0; i < rows; i++) {
    const row = (order[from + i] as number) * width;
    for (let j = 0; j < width; j++) memory[to + i * width + j] = targets[row + j] as number;
  }
}

/**
 * Examples that are right: the largest score is the target's (the first of equals counts), or every
 * score lies on the side of zero on which its target lies of one half. 0 for a regression.
 */
export function countCorrect(batch: Omit<LossBatch, 'errors'>): number {
  const { loss, kernel, rows, outputs, scores, targets } = batch;
  if (loss === 'squared-error') return 0;
  const { memory } = kernel;
  let correct = 0;
  for (let row = 0; row < rows; row++) {
    const from = scores + row * outputs;
    if (loss === 'softmax-cross-entropy') {
      let best = 0;
      for (let i = 1; i < outputs; i++) {
        if ((memory[from + i] as number) > (memory[from + best] as number)) best = i;
      }
      if (best === memory[targets + row]) correct += 1;
      continue;
    }
    let isRight = true;
    for (let i = 0; i < outputs; i++) {
      const wanted = (memory[targets + row * outputs + i] as number) > 0.5;
      if ((memory[from + i] as number) > 0 !== wanted) isRight = false;
    }
    if (isRight) correct += 1;
  }
  return correct;
}
