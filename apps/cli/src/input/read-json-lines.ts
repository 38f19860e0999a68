import { DdaiError } from '@ddai/core';
import type { z } from 'zod';

/** @throws {DdaiError} `FILE_LINE_INVALID` naming the file, the line and the field. */
export function readJsonLines<Schema extends z.ZodType>(
  file: string,
  text: string,
  schema: Schema,
): z.infer<Schema>[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      line.trim() === '' ? [] : [parseLine(file, index + 1, line, schema)],
    );
}

function parseLine<Schema extends z.ZodType>(
  file: string,
  line: number,
  text: string,
  schema: Schema,
): z.infer<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw lineError(file, line, 'not JSON', cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw lineError(
    file,
    line,
    `${issue?.path.join('.') || 'the object'}: ${issue?.message ?? 'invalid'}`,
    parsed.error,
  );
}

function lineError(file: string, line: number, reason: string, cause: unknown): DdaiError {
  return new DdaiError({
    code: 'FILE_LINE_INVALID',
    message: `${file}, line ${line}: ${reason}`,
    remedy: 'Each line is one JSON object with the fields that the command names.',
    fields: { file, line },
    cause,
  });
}
