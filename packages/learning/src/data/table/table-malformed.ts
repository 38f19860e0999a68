import type { DdaiError } from '@ddai/core';
import { type LearningErrorCode, learningError } from '../../errors.ts';

/** The error of a file that is not what its name promises: `reason` says what and where. */
export function tableMalformed(options: {
  readonly file: string;
  readonly reason: string;
  readonly remedy: string;
  readonly line?: number;
  readonly cause?: unknown;
}): DdaiError<LearningErrorCode> {
  const { file, reason, remedy, line, cause } = options;
  return learningError({
    code: 'TABLE_MALFORMED',
    message: `${file}: ${reason}`,
    remedy,
    fields: { file, reason, ...(line === undefined ? {} : { line }) },
    ...(cause === undefined ? {} : { cause }),
  });
}
