import { assertInvariant } from '@ddai/core';
import { base64ToBytes } from '../receipt/base64.ts';
import { KERNEL_MODULE } from './generated/kernel-module.ts';
import type { Kernel } from './kernel.ts';
import { kernelMemoryError } from './kernel-memory-error.ts';
import type { WasmExports } from './wasm-exports.ts';
import { createWasmOperations } from './wasm-operations.ts';

const BYTES_PER_PAGE = 65_536;
const BYTES_PER_WORD = 4;
/** The module's addresses have 32 bits. */
const MAX_BYTES = 2 ** 32 - BYTES_PER_PAGE;

/** The little of the WebAssembly API that is needed; ECMAScript's own types leave it out. */
interface WebAssemblyApi {
  instantiate(bytes: Uint8Array): Promise<{ readonly instance: { readonly exports: unknown } }>;
}

/**
 * The default kernel: WebAssembly with 128-bit SIMD, in Node and browsers. The module is part of
 * this package; its source is in `kernel/`. Each kernel has a memory of its own.
 *
 * @example
 * const trainer = createTrainer(parseModelSpec(input), await createWasmKernel());
 */
export async function createWasmKernel(): Promise<Kernel> {
  const { WebAssembly } = globalThis as unknown as { readonly WebAssembly: WebAssemblyApi };
  const bytes = base64ToBytes(KERNEL_MODULE);
  assertInvariant(bytes !== undefined, 'the kernel artefact is no base64');
  const { instance } = await WebAssembly.instantiate(bytes);
  const module = instance.exports as WasmExports;
  const start = module.roomStart();
  let floats = new Float32Array(module.memory.buffer);
  let words = new Uint32Array(module.memory.buffer);
  return {
    name: 'wasm',
    reserve: (count) => {
      const missing = (start + count) * BYTES_PER_WORD - module.memory.buffer.byteLength;
      if (missing <= 0) return start;
      if ((start + count) * BYTES_PER_WORD > MAX_BYTES) throw kernelMemoryError(count);
      try {
        module.memory.grow(Math.ceil(missing / BYTES_PER_PAGE));
      } catch (cause) {
        throw kernelMemoryError(count, cause);
      }
      floats = new Float32Array(module.memory.buffer);
      words = new Uint32Array(module.memory.buffer);
      return start;
    },
    get floats() {
      return floats;
    },
    get words() {
      return words;
    },
    ...createWasmOperations(module),
  };
}
