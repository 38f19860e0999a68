import { assertInvariant } from '@ddai/core';
import { base64ToBytes } from '../receipt/base64.ts';
import { createBlockAllocator } from './block-allocator.ts';
import { KERNEL_WASM_BASE64 } from './generated/kernel-wasm.ts';
import type { Kernel, KernelOperations } from './kernel.ts';

/** The part of the WebAssembly API that is used; neither ECMAScript's nor Node's types declare it. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ readonly instance: { readonly exports: unknown } }>;
};

interface KernelExports extends KernelOperations {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly arenaStart: () => number;
}

const BYTES_PER_PAGE = 65_536;
const BYTES_PER_ELEMENT = 4;

/**
 * The default kernel: WebAssembly SIMD, 128 bits wide, without the relaxed instructions, whose
 * results depend on the processor. The module comes with this package; its source is in `kernel/`.
 *
 * @example
 * const kernel = await createWasmKernel();
 * const trainer = createTrainer(parseModelSpec(spec), kernel);
 */
export async function createWasmKernel(): Promise<Kernel> {
  const bytes = base64ToBytes(KERNEL_WASM_BASE64);
  assertInvariant(bytes !== undefined, 'the kernel artefact is no base64');
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const { memory, arenaStart, ...operations } = instance.exports as KernelExports;
  let view = new Float32Array(memory.buffer);
  const grow = (elements: number): boolean => {
    const missing = elements * BYTES_PER_ELEMENT - memory.buffer.byteLength;
    if (missing <= 0) return true;
    try {
      memory.grow(Math.ceil(missing / BYTES_PER_PAGE));
    } catch {
      return false;
    }
    view = new Float32Array(memory.buffer);
    return true;
  };
  return {
    ...operations,
    ...createBlockAllocator({ start: arenaStart(), grow }),
    name: 'wasm-simd',
    get memory() {
      return view;
    },
  };
}
