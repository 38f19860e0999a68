import { isDdaiError } from '@ddai/core';

/** The error that `work` is refused with. */
export async function refusalOf(work: () => unknown): Promise<{
  readonly code: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}> {
  try {
    await work();
  } catch (error) {
    if (isDdaiError(error)) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
