/** Fields that an error carries beside its message. Values must be safe to log: never a secret. */
export type ErrorFields = Readonly<Record<string, string | number | bigint | boolean | undefined>>;

export interface DdaiErrorOptions<Code extends string> {
  /** Stable, upper snake case, names the page `docs/errors/<code>.md`. */
  readonly code: Code;
  /** What happened and where, in one sentence. */
  readonly message: string;
  /** What the reader can do about it. */
  readonly remedy?: string;
  readonly fields?: ErrorFields;
  /** Whether the same call may succeed later without a change by the caller. Default false. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/**
 * The one base of every error this project throws on purpose.
 *
 * @example
 * throw new DdaiError({
 *   code: 'TICKETS_COLUMN_MISSING',
 *   message: `${file}: no column "category"; found ${columns.join(', ')}`,
 *   remedy: 'Name the columns text,category in the first line.',
 * });
 */
export class DdaiError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly remedy: string | undefined;
  readonly fields: ErrorFields;
  readonly retryable: boolean;

  constructor(options: DdaiErrorOptions<Code>) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'DdaiError';
    this.code = options.code;
    this.remedy = options.remedy;
    this.fields = options.fields ?? {};
    this.retryable = options.retryable ?? false;
  }
}

/** Whether `error` is a {@link DdaiError}, with this `code` when one is given. */
export function isDdaiError<Code extends string>(
  error: unknown,
  code?: Code,
): error is DdaiError<Code> {
  return error instanceof DdaiError && (code === undefined || error.code === code);
}

/** Throws `INVARIANT_BROKEN` unless `condition` holds: a bug of ours, never the caller's input. */
export function assertInvariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new DdaiError({ code: 'INVARIANT_BROKEN', message });
}
