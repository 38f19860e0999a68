import { DdaiError, type DdaiErrorOptions } from '@ddai/core';

/** Every code that this package throws or reports; each has a page under `docs/errors/`. */
export type LearningErrorCode =
  | 'TICKETS_TOO_LARGE'
  | 'TICKETS_ENCODING'
  | 'TICKETS_MALFORMED'
  | 'TICKETS_COLUMN_MISSING'
  | 'TICKETS_COLUMN_UNKNOWN'
  | 'TICKETS_TEXT_EMPTY'
  | 'TICKETS_TEXT_TOO_LONG'
  | 'TICKETS_LABEL_EMPTY'
  | 'TICKETS_NO_ROWS'
  | 'TICKETS_CLASS_TOO_SMALL'
  | 'TICKETS_ONE_CLASS'
  | 'TICKETS_LABEL_UNKNOWN'
  | 'PARTITION_INVALID'
  | 'FEATURISER_INVALID'
  | 'TRAINING_INVALID'
  | 'TRAINING_DIVERGED'
  | 'MODEL_SPEC_INVALID'
  | 'EXAMPLES_INVALID'
  | 'KERNEL_MEMORY'
  | 'MODEL_MALFORMED'
  | 'SAFETENSORS_MALFORMED'
  | 'TERMS_INVALID'
  | 'TERMS_THRESHOLD_UNSOUND'
  | 'TERMS_MODULUS_OVERFLOW'
  | 'MESSAGE_MALFORMED'
  | 'SECAGG_PEER_INVALID'
  | 'SECAGG_SHARE_INVALID'
  | 'SECAGG_SURVIVORS_INVALID'
  | 'SECAGG_REPLAYED'
  | 'SECAGG_RERUN_REFUSED'
  | 'SECAGG_UNRECOVERABLE'
  | 'UPDATE_NOT_FINITE'
  | 'EVENT_LOG_BROKEN'
  | 'BLOB_MISSING'
  | 'COORDINATOR_HALTED'
  | 'PARTICIPANT_DATA_REFUSED'
  | 'RECEIPT_MALFORMED';

/** A {@link DdaiError} whose code is one of this package's. */
export function learningError(
  options: DdaiErrorOptions<LearningErrorCode>,
): DdaiError<LearningErrorCode> {
  return new DdaiError(options);
}
