import type { Address, Kernel, LossRows } from '../../kernel/kernel.ts';
import type { LossName } from '../model-spec.ts';

/** Works a loss out and turns the scores into gradients; returns the sum. */
export function applyLoss(kernel: Kernel, loss: LossName, rows: LossRows): number {
  switch (loss) {
    case 'softmax-cross-entropy':
      return kernel.softmaxCrossEntropy(rows);
    case 'binary-cross-entropy':
      return kernel.binaryCrossEntropy(rows);
    case 'squared-error':
      return kernel.squaredError(rows);
    default:
      return loss satisfies never;
  }
}

/**
 * How many rows are right: the first of the largest scores is the target's, or the logit lies on
 * its side of 0 (0 itself counts as no). 0 for a regression.
 */
export function countCorrect(
  { floats }: Pick<Kernel, 'floats'>,
  options: {
    readonly loss: LossName;
    readonly rows: number;
    readonly columns: number;
    readonly scores: Address;
    readonly targets: Address;
  },
): number {
  const { loss, rows, columns, scores, targets } = options;
  if (loss === 'squared-error') return 0;
  let correct = 0;
  for (let row = 0; row < rows; row++) {
    const start = scores + row * columns;
    let answer = 0;
    if (loss === 'binary-cross-entropy') answer = (floats[start] as number) > 0 ? 1 : 0;
    for (let i = 1; i < columns; i++) {
      if ((floats[start + i] as number) > (floats[start + answer] as number)) answer = i;
    }
    if (answer === floats[targets + row]) correct += 1;
  }
  return correct;
}
