import { DdaiError } from '@ddai/core';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** Which HTTP status a code means; codes not listed are our own failure (500). */
const STATUS: Readonly<Record<string, ContentfulStatusCode>> = {
  API_KEY_MISSING: 401,
  API_KEY_UNKNOWN: 401,
  API_KEY_EXPIRED: 401,
  API_KEY_REVOKED: 401,
  SCOPE_MISSING: 403,
  SESSION_UNKNOWN: 401,
  CONTENT_NOT_GRANTED: 403,
  REQUEST_INVALID: 400,
  ID_INVALID: 400,
  MESSAGE_INVALID: 400,
  NOT_FOUND: 404,
  MODEL_UNKNOWN: 404,
  CONVERSATION_UNKNOWN: 404,
  COMPLETION_UNKNOWN: 404,
  FEEDBACK_LABEL_UNKNOWN: 422,
  METHOD_NOT_ALLOWED: 405,
  NAME_TAKEN: 409,
  REQUEST_UNDER_WAY: 409,
  STATE_CONFLICT: 409,
  SYNC_NOT_SET: 409,
  SYNC_UNDER_WAY: 409,
  URL_INVALID: 422,
  UPLOAD_OFFSET_WRONG: 409,
  RATE_LIMITED: 429,
  REQUEST_TOO_LARGE: 413,
  UPLOAD_QUOTA_EXCEEDED: 413,
  IDEMPOTENCY_KEY_REUSED: 422,
  CONTENT_HASH_WRONG: 422,
  TRAINING_TERMS_INVALID: 422,
  ALERT_TRANSITION_INVALID: 409,
  MONITOR_OPTIONS_INVALID: 422,
  MONITOR_POINT_INVALID: 422,
  MODEL_MALFORMED: 422,
  SAFETENSORS_MALFORMED: 422,
  DOCUMENT_EMPTY: 422,
  DOCUMENT_ENCODING_UNKNOWN: 422,
  DOCUMENT_FORMAT_UNKNOWN: 415,
  DOCUMENT_MALFORMED: 422,
  DOCUMENT_PASSWORD_PROTECTED: 422,
  DOCUMENT_TOO_COSTLY: 422,
  DOCUMENT_TOO_LARGE: 413,
  KNOWLEDGE_EMPTY: 422,
  KNOWLEDGE_ENCODING_INVALID: 422,
  KNOWLEDGE_ID_INVALID: 422,
  KNOWLEDGE_NOT_TEXT: 415,
  KNOWLEDGE_TOO_LARGE: 413,
  KNOWLEDGE_TOO_MANY_DOCUMENTS: 422,
  KNOWLEDGE_DUPLICATE_ID: 422,
  PAYER_BALANCE_LOW: 402,
  NODES_UNAVAILABLE: 503,
  KNOWLEDGE_CHANGING: 503,
  ENCODER_FAILED: 503,
  ENCODER_MISSING: 422,
  DATABASE_UNREACHABLE: 503,
  DATABASE_QUERY_FAILED: 500,
  CHAIN_UNREACHABLE: 503,
};

/** RFC 9457. `type` is the page that explains the code. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly remedy?: string;
  /** Seconds; also the header `Retry-After`. */
  readonly retryAfter?: number;
}

const INTERNAL: Problem = {
  type: 'https://github.com/ddai-network/ddai-network/blob/main/docs/errors/INTERNAL.md',
  title: 'INTERNAL',
  status: 500,
  detail: 'The gateway failed to handle this request; its log has the reason under the request id.',
  code: 'INTERNAL',
};

/** What a caller may know of an error: our own codes in words, anything else as `INTERNAL`. */
export function errorToProblem(error: unknown): Problem {
  if (error instanceof HTTPException && error.status < 500) {
    const code = 'REQUEST_INVALID';
    const type = INTERNAL.type.replace('INTERNAL', code);
    return { type, title: code, status: error.status, detail: error.message, code };
  }
  if (!(error instanceof DdaiError)) return INTERNAL;
  const status = STATUS[error.code];
  if (status === undefined) return INTERNAL;
  const retryAfter = error.fields?.retryAfterSeconds;
  return {
    type: INTERNAL.type.replace('INTERNAL', error.code),
    title: error.code,
    status,
    detail: error.message,
    code: error.code,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(typeof retryAfter === 'number' ? { retryAfter } : {}),
  };
}

export function problemResponse(context: Context, problem: Problem): Response {
  return context.body(JSON.stringify(problem), problem.status as ContentfulStatusCode, {
    'content-type': 'application/problem+json',
    ...retryHeader(problem),
  });
}

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  429: 'rate_limit_error',
};

/** The error shape of OpenAI's API, which its clients read. */
export function openAiErrorResponse(context: Context, problem: Problem): Response {
  const type =
    OPENAI_TYPES[problem.status] ??
    (problem.status < 500 ? 'invalid_request_error' : 'server_error');
  const error = { message: problem.detail, type, param: null, code: problem.code.toLowerCase() };
  return context.json({ error }, problem.status as ContentfulStatusCode, retryHeader(problem));
}

function retryHeader({ retryAfter }: Problem): Record<string, string> {
  return retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
}
