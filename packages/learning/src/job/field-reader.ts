import { learningError } from '../errors.ts';
import { NAME_PATTERN } from './job-terms.ts';

/** Reads fields of a message from an untrusted peer; every length has a limit. */
export interface FieldReader {
  readonly type: string;
  has(field: string): boolean;
  name(field: string): string;
  text(field: string, maxLength: number): string;
  whole(field: string, high: number): number;
  /** Exactly `length` bytes, or `[fewest, most]`. */
  bytes(field: string, length: number | readonly [number, number]): Uint8Array;
  names(field: string, maxItems: number): string[];
  list<Item>(field: string, maxItems: number, read: (item: FieldReader) => Item): Item[];
}

/** @throws {DdaiError} `MESSAGE_MALFORMED` names the field; the value is never repeated. */
export function createFieldReader(input: unknown, path: string = 'message'): FieldReader {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw malformed(path);
  const fields = input as Record<string, unknown>;
  // Own properties only: a peer must not reach Object.prototype by a clever name.
  const at = (field: string): unknown => (Object.hasOwn(fields, field) ? fields[field] : undefined);
  const list = (field: string, maxItems: number): unknown[] => {
    const value = at(field);
    if (!Array.isArray(value) || value.length > maxItems) throw malformed(`${path}.${field}`);
    return value;
  };
  const text = (field: string, maxLength: number): string => {
    const value = at(field);
    if (typeof value !== 'string' || value.length > maxLength) throw malformed(`${path}.${field}`);
    return value;
  };
  return {
    type: text('type', 40),
    ...nested(),
  };

  function nested(): Omit<FieldReader, 'type'> {
    return {
      text,
      has: (field) => at(field) !== undefined,
      name: (field) => asName(at(field), `${path}.${field}`),
      whole: (field, high) => {
        const value = at(field);
        if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > high)
          throw malformed(`${path}.${field}`);
        return value as number;
      },
      bytes: (field, length) => {
        const value = at(field);
        const [fewest, most] = typeof length === 'number' ? [length, length] : length;
        if (!(value instanceof Uint8Array) || value.length < fewest || value.length > most)
          throw malformed(`${path}.${field}`);
        return value;
      },
      names: (field, maxItems) => {
        const names = list(field, maxItems).map((item, i) =>
          asName(item, `${path}.${field}[${i}]`),
        );
        if (new Set(names).size !== names.length) throw malformed(`${path}.${field}`);
        return names;
      },
      list: (field, maxItems, read) =>
        list(field, maxItems).map((item, i) =>
          read(createFieldReader({ type: '', ...asObject(item) }, `${path}.${field}[${i}]`)),
        ),
    };
  }
}

function asObject(item: unknown): object {
  return typeof item === 'object' && item !== null ? item : {};
}

function asName(value: unknown, path: string): string {
  if (typeof value === 'string' && NAME_PATTERN.test(value)) return value;
  throw malformed(path);
}

function malformed(path: string): Error {
  return learningError({
    code: 'MESSAGE_MALFORMED',
    message: `${path} is missing, of another type or beyond its limit`,
    fields: { field: path },
  });
}
