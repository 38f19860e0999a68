import { DdaiError } from '@ddai/core';
import { BaseError, type Hex } from 'viem';
import { describeRevert } from './describe-revert.ts';

/**
 * Turns a failed call into an error that names what was tried, the contract's custom error and
 * its values.
 */
export function explainRevert(label: string, error: unknown): DdaiError {
  if (error instanceof DdaiError) return error;
  const data = findRevertData(error);
  const refusal = data === undefined ? undefined : describeRevert(data);
  if (refusal !== undefined) {
    return new DdaiError({
      code: 'TRANSACTION_REVERTED',
      message: `${label}: refused. ${refusal.words}`,
      ...(refusal.remedy === undefined ? {} : { remedy: refusal.remedy }),
      fields: { error: refusal.error },
      cause: error,
    });
  }
  const reason = error instanceof BaseError ? error.shortMessage : String(error);
  const unreachable = /fetch failed|timed? ?out|HTTP request failed/i.test(reason);
  return new DdaiError({
    code: unreachable ? 'CHAIN_UNREACHABLE' : 'TRANSACTION_REVERTED',
    message: `${label}: ${reason}`,
    retryable: unreachable,
    cause: error,
  });
}

function findRevertData(error: unknown): Hex | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { data } = current as { data?: unknown };
    if (typeof data === 'string' && data.startsWith('0x') && data.length >= 10) return data as Hex;
    const nested = (data as { data?: unknown } | undefined)?.data;
    if (typeof nested === 'string' && nested.startsWith('0x') && nested.length >= 10)
      return nested as Hex;
  }
  return undefined;
}
