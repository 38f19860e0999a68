import { createWasmKernel, type Kernel } from '@ddai/learning';

/** The kernel that simulations train with; every thread has one of its own. */
export function createKernel(): Promise<Kernel> {
  return createWasmKernel();
}
