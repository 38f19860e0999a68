import { bytesToUtf8, DdaiError } from '@ddai/core';
import { readFileLimited } from '@ddai/storage';
import type { z } from 'zod';
import { callerPath } from './caller-path.ts';

const MAX_JSON_BYTES = 16 * 1024 * 1024;

/**
 * Reads a JSON file of a known shape.
 * @throws {DdaiError} `FILE_…`, `FILE_CONTENT_INVALID` naming the file, the field and what was expected
 */
export function readJsonFile<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
  expected: string,
): z.infer<Schema> {
  const path = callerPath(file);
  const text = bytesToUtf8(readFileLimited(path, MAX_JSON_BYTES));
  return parseJson(text, schema, { name: path, expected });
}

export function parseJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  { name, expected }: { readonly name: string; readonly expected: string },
): z.infer<Schema> {
  const invalid = (reason: string, cause?: unknown): DdaiError =>
    new DdaiError({
      code: 'FILE_CONTENT_INVALID',
      message: `${name}: ${reason}`,
      remedy: `Expected ${expected}.`,
      cause,
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid('not JSON', cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`field ${issue?.path.join('.') || '(whole)'}: ${issue?.message ?? 'invalid'}`);
}
