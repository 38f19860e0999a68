import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MILLISECONDS = 500;
/** A gateway starts in seconds; its Postgres recovers its log first. */
export const PATIENCE_MILLISECONDS = 90_000;

/**
 * `fetch` that asks again while nobody answers: a gateway that died is being started again. What
 * must not be done twice is repeated only if the connection was refused, so that nobody read it.
 */
export const patientFetch: typeof fetch = async (input, init) => {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    try {
      return await readToItsEnd(await fetch(input, init));
    } catch (error) {
      const isRepeatable = isSafeTwice(init) || wasRefused(error);
      if (!isRepeatable || init?.signal?.aborted === true || Date.now() > deadline) throw error;
      await delay(PAUSE_MILLISECONDS);
    }
  }
};

/**
 * An answer counts when all of it is here: a gateway may die in the middle of one. Only records, which
 * can be large, are passed on as they come.
 */
async function readToItsEnd(response: Response): Promise<Response> {
  const isRecord = response.headers.get('content-type')?.includes('ndjson') === true;
  if (response.body === null || isRecord) return response;
  return new Response(await response.arrayBuffer(), response);
}

function isSafeTwice(init: RequestInit | undefined): boolean {
  const method = init?.method;
  return method !== 'POST' || new Headers(init?.headers).has('idempotency-key');
}

function wasRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
