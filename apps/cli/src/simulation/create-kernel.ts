import { createTypeScriptKernel, type Kernel } from '@ddai/learning';

/** The kernel that simulations train with; every thread has one of its own. */
export async function createKernel(): Promise<Kernel> {
  return createTypeScriptKernel();
}
