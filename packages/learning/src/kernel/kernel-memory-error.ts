import type { DdaiError } from '@ddai/core';
import { type LearningErrorCode, learningError } from '../errors.ts';

/** `KERNEL_MEMORY`: a kernel could not get so many words of memory. */
export function kernelMemoryError(words: number, cause?: unknown): DdaiError<LearningErrorCode> {
  return learningError({
    code: 'KERNEL_MEMORY',
    message: `this training needs ${words * 4} bytes of memory at once, which cannot be had`,
    remedy: 'Choose a smaller batch, a smaller model, or plain gradient descent.',
    fields: { bytes: words * 4 },
    ...(cause === undefined ? {} : { cause }),
  });
}
