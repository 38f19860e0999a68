import { createBlockAllocator } from './block-allocator.ts';
import type { Kernel } from './kernel.ts';
import { createConvolutionOperations } from './reference-convolution.ts';
import { createLossOperations } from './reference-losses.ts';
import { createMatrixOperations } from './reference-matrix.ts';
import type { ReferenceMemory } from './reference-memory.ts';
import { createNormalisationOperations } from './reference-normalisation.ts';
import { createOptimiserOperations } from './reference-optimisers.ts';
import { createVectorOperations } from './reference-vectors.ts';

/**
 * The kernel in plain TypeScript: in `single` precision bit for bit what the WebAssembly module
 * computes, in `double` the same formulas in float64, where finite differences can check them.
 */
export function createReferenceKernel(precision: 'single' | 'double' = 'single'): Kernel {
  const isSingle = precision === 'single';
  const allocate = (length: number): Float32Array | Float64Array =>
    isSingle ? new Float32Array(length) : new Float64Array(length);
  const memory: ReferenceMemory = {
    elements: allocate(0),
    round: isSingle ? Math.fround : (value) => value,
  };
  const grow = (elements: number): boolean => {
    if (elements <= memory.elements.length) return true;
    const grown = allocate(Math.max(elements, memory.elements.length * 2));
    grown.set(memory.elements);
    memory.elements = grown;
    return true;
  };
  return {
    ...createMatrixOperations(memory),
    ...createVectorOperations(memory),
    ...createConvolutionOperations(memory),
    ...createNormalisationOperations(memory),
    ...createLossOperations(memory),
    ...createOptimiserOperations(memory),
    ...createBlockAllocator({ start: 0, grow }),
    name: `reference-${precision}`,
    get memory() {
      return memory.elements;
    },
  };
}
