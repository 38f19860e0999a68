import type { DdaiError } from '@ddai/core';
import type { AssistantErrorCode } from '../assistant-error.ts';
import { assistantError } from '../assistant-error.ts';

/** Reads untrusted JSON field by field; every failure names the field and what was expected. */
export interface JsonReader {
  object(value: unknown, field: string, keys: readonly string[]): Record<string, unknown>;
  array(value: unknown, field: string, most: number): readonly unknown[];
  text(value: unknown, field: string, most: number): string;
  integer(value: unknown, field: string, least: number, most: number): number;
  flag(value: unknown, field: string): boolean;
  fail(field: string, expected: string): DdaiError;
}

/** A reader whose failures carry `code`; values of the input are never echoed. */
export function createJsonReader(code: AssistantErrorCode): JsonReader {
  const fail = (field: string, expected: string): DdaiError =>
    assistantError({ code, message: `${field}: expected ${expected}`, fields: { field } });
  return {
    fail,
    object(value, field, keys) {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        throw fail(field, 'an object');
      }
      const found = value as Record<string, unknown>;
      const missing = keys.find((key) => !Object.hasOwn(found, key));
      if (missing !== undefined) throw fail(`${field}.${missing}`, 'a value');
      // What the other side hashed must be all there is, so an unknown member is refused.
      if (Object.keys(found).length !== keys.length) throw fail(field, `only ${keys.join(', ')}`);
      return found;
    },
    array(value, field, most) {
      if (!Array.isArray(value) || value.length > most)
        throw fail(field, `a list of at most ${most}`);
      return value;
    },
    text(value, field, most) {
      if (typeof value !== 'string' || value.length > most) {
        throw fail(field, `text of at most ${most} characters`);
      }
      // A lone surrogate has no UTF-8 form: two texts would hash alike.
      if (!value.isWellFormed()) throw fail(field, 'well-formed Unicode');
      return value;
    },
    integer(value, field, least, most) {
      if (
        typeof value !== 'number' ||
        !Number.isSafeInteger(value) ||
        value < least ||
        value > most
      ) {
        throw fail(field, `a whole number from ${least} to ${most}`);
      }
      return value;
    },
    flag(value, field) {
      if (typeof value !== 'boolean') throw fail(field, 'true or false');
      return value;
    },
  };
}
