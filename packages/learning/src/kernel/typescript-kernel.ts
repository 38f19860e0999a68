import type { Kernel } from './kernel.ts';
import { kernelMemoryError } from './kernel-memory-error.ts';
import { createActivations } from './typescript/activations.ts';
import { createBags } from './typescript/bags.ts';
import { createImages } from './typescript/images.ts';
import { createLosses } from './typescript/losses.ts';
import { createOptimiserSteps } from './typescript/optimiser-steps.ts';
import { createProducts } from './typescript/products.ts';

/**
 * The reference kernel: every operation written out in plain TypeScript, slow and easy to read.
 * The WebAssembly kernel must give the same bits.
 */
export function createTypeScriptKernel(): Kernel {
  const memory = { floats: new Float32Array(0), words: new Uint32Array(0) };
  return {
    name: 'typescript',
    reserve: (words) => {
      if (words <= memory.floats.length) return 0;
      try {
        memory.floats = new Float32Array(words);
      } catch (cause) {
        throw kernelMemoryError(words, cause);
      }
      memory.words = new Uint32Array(memory.floats.buffer);
      return 0;
    },
    get floats() {
      return memory.floats;
    },
    get words() {
      return memory.words;
    },
    ...createProducts(memory),
    ...createActivations(memory),
    ...createLosses(memory),
    ...createImages(memory),
    ...createBags(memory),
    ...createOptimiserSteps(memory),
  };
}
