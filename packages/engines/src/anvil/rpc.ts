import { DdaiError } from '@ddai/core';

/** One JSON-RPC call to a local anvil. @throws {DdaiError} `CHAIN_RPC_FAILED` */
export async function callRpc(
  url: string,
  method: string,
  params: readonly unknown[] = [],
): Promise<unknown> {
  let body: { result?: unknown; error?: { message?: string } };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(5000),
    });
    body = (await response.json()) as typeof body;
  } catch (cause) {
    throw new DdaiError({
      code: 'CHAIN_RPC_FAILED',
      message: `${url}: ${method} got no answer`,
      retryable: true,
      cause,
    });
  }
  if (body.error !== undefined) {
    throw new DdaiError({
      code: 'CHAIN_RPC_FAILED',
      message: `${url}: ${method}: ${body.error.message ?? 'refused'}`,
    });
  }
  return body.result;
}
