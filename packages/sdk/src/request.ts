import { DdaiError } from '@ddai/core';

export interface ClientOptions {
  /** `http://127.0.0.1:8787`, without a path. */
  readonly baseUrl: string;
  /** `ddai_…`; keep it on a server. */
  readonly apiKey: string;
  /** Default the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Milliseconds for one try. Default 60,000. */
  readonly timeout?: number;
}

export interface RequestOptions {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /** Sent as JSON; bytes are sent as they are. */
  readonly body?: unknown;
  /** Makes a POST safe to repeat within 24 hours. */
  readonly idempotencyKey?: string;
}

export type Send = (options: RequestOptions) => Promise<Response>;

/** What the gateway says of a failure: an RFC 9457 problem, or OpenAI's error shape. */
interface FailureBody {
  readonly code?: string;
  readonly detail?: string;
  readonly remedy?: string;
  readonly error?: { readonly code?: string; readonly message?: string };
}

const DEFAULT_TIMEOUT_MILLISECONDS = 60_000;

/** @throws {DdaiError} with the gateway's code, or `GATEWAY_UNREACHABLE`. */
export function createSend({
  baseUrl,
  apiKey,
  fetch: send = fetch,
  timeout = DEFAULT_TIMEOUT_MILLISECONDS,
}: ClientOptions): Send {
  return async ({ method, path, body, idempotencyKey }) => {
    const headers: Record<string, string> = { authorization: `Bearer ${apiKey}` };
    const isBinary = body instanceof Uint8Array;
    if (body !== undefined)
      headers['content-type'] = isBinary ? 'application/octet-stream' : 'application/json';
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    let response: Response;
    try {
      response = await send(`${baseUrl}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(timeout),
        ...(body === undefined
          ? {}
          : { body: isBinary ? new Uint8Array(body) : JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new DdaiError({
        code: 'GATEWAY_UNREACHABLE',
        message: `no answer from ${baseUrl}${path}`,
        retryable: true,
        cause,
      });
    }
    if (response.ok) return response;
    const failure = (await response.json().catch(() => ({}))) as FailureBody;
    const { remedy } = failure;
    throw new DdaiError({
      code: failure.code ?? failure.error?.code?.toUpperCase() ?? 'GATEWAY_FAILED',
      message:
        failure.detail ?? failure.error?.message ?? `${method} ${path}: HTTP ${response.status}`,
      ...(remedy === undefined ? {} : { remedy }),
      fields: { status: response.status },
      retryable: response.status >= 500 || response.status === 429,
    });
  };
}
