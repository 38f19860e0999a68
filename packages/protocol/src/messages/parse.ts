import { DdaiError } from '@ddai/core';
import type { z } from 'zod';

/**
 * Reads what a peer sent. Unknown fields are dropped, so that a later minor can add some.
 * @throws {DdaiError} `MESSAGE_INVALID` naming the message, the field and what was expected.
 */
export function parseMessage<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  value: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') || '(whole)';
  throw new DdaiError({
    code: 'MESSAGE_INVALID',
    message: `${name}: field ${path}: ${issue?.message ?? 'invalid'}`,
    fields: { message: name, field: path },
  });
}
