import { DdaiError } from '@ddai/core';
import { protocolErrorsAbi } from '@ddai/protocol';
import { BaseError, decodeErrorResult, type Hex } from 'viem';

/**
 * Turns a failed call into an error that names what was tried, the contract's custom error and
 * its values.
 */
export function explainRevert(label: string, error: unknown): DdaiError {
  if (error instanceof DdaiError) return error;
  const data = findRevertData(error);
  const decoded = data === undefined ? undefined : decodeCustomError(data);
  if (decoded !== undefined) {
    return new DdaiError({
      code: 'TRANSACTION_REVERTED',
      message: `${label}: the contract refused with ${decoded.name}(${decoded.values.join(', ')})`,
      fields: { error: decoded.name },
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

function decodeCustomError(data: Hex): { name: string; values: string[] } | undefined {
  try {
    const { errorName, args } = decodeErrorResult({ abi: protocolErrorsAbi, data });
    return { name: errorName, values: (args as readonly unknown[]).map(String) };
  } catch {
    return undefined; // An error of a contract that is not ours.
  }
}
