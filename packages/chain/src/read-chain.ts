import { explainRevert } from './transactions/explain-revert.ts';

/**
 * Gives a read's failure our own codes: `CHAIN_UNREACHABLE` (retryable) when nobody answers,
 * `TRANSACTION_REVERTED` when a contract refuses. `label` says what was read.
 */
export async function readChain<T>(label: string, read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw explainRevert(label, error);
  }
}
