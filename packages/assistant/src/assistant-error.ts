import { DdaiError, type DdaiErrorOptions } from '@ddai/core';

/** Every code this package throws on purpose; each names a page under `docs/errors/`. */
export type AssistantErrorCode =
  | 'KNOWLEDGE_DUPLICATE_ID'
  | 'KNOWLEDGE_EMPTY'
  | 'KNOWLEDGE_ENCODING_INVALID'
  | 'KNOWLEDGE_ID_INVALID'
  | 'KNOWLEDGE_NOT_TEXT'
  | 'KNOWLEDGE_TOO_LARGE'
  | 'KNOWLEDGE_TOO_MANY_DOCUMENTS'
  | 'SNAPSHOT_INVALID'
  | 'SHARD_INVALID'
  | 'SHARD_TOO_LARGE'
  | 'SHARD_MISMATCH'
  | 'COMPLEX_QUERY_INVALID'
  | 'COMPLEX_QUERY_UNSUPPORTED'
  | 'EVALUATION_INVALID'
  | 'MONITOR_OPTIONS_INVALID'
  | 'MONITOR_POINT_INVALID'
  | 'MONITOR_STATE_INVALID'
  | 'ALERT_TRANSITION_INVALID'
  | 'REDACTION_PATTERN_INVALID';

/** A {@link DdaiError} whose code is one of this package's. */
export function assistantError(
  options: DdaiErrorOptions<AssistantErrorCode>,
): DdaiError<AssistantErrorCode> {
  return new DdaiError(options);
}
