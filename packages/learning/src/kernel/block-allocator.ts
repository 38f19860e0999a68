import { learningError } from '../errors.ts';
import { type Block, MAX_KERNEL_ELEMENTS } from './kernel.ts';

/** Blocks begin at multiples of 64 bytes in float32, so that vector loads cross no cache line. */
const ALIGNMENT = 16;

export interface BlockAllocator {
  reserve(length: number): Block;
  releaseAll(): void;
}

/**
 * Hands out blocks one behind the other.
 * @param grow makes memory hold at least so many elements; false when the engine refuses.
 */
export function createBlockAllocator(options: {
  readonly start: number;
  readonly grow: (elements: number) => boolean;
}): BlockAllocator {
  let next = options.start;
  return {
    reserve: (length) => {
      const block = next;
      const end = block + Math.ceil(length / ALIGNMENT) * ALIGNMENT;
      if (end > MAX_KERNEL_ELEMENTS || !options.grow(end)) {
        throw learningError({
          code: 'KERNEL_MEMORY_EXHAUSTED',
          message: `training needs ${end} numbers of memory at once; at most ${MAX_KERNEL_ELEMENTS} can be had`,
          remedy: 'Choose a smaller batch size or a smaller model.',
          fields: { needed: end, limit: MAX_KERNEL_ELEMENTS },
        });
      }
      next = end;
      return block;
    },
    releaseAll: () => {
      next = options.start;
    },
  };
}
