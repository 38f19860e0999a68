import { learningError } from '../errors.ts';

/** Reads the fields of one object of a spec and remembers which were asked for. */
export interface SpecReader {
  whole(field: string, low: number, high: number): number;
  choice<Choice extends string>(field: string, choices: readonly Choice[]): Choice;
  wholes(field: string, items: readonly [number, number], high: number): number[];
  list<Item>(
    field: string,
    items: readonly [number, number],
    read: (item: SpecReader) => Item,
  ): Item[];
  /** Call last: refuses every key that nobody asked for. */
  end(): void;
}

/** @throws {DdaiError} `MODEL_SPEC_INVALID` names the field; the value is never repeated. */
export function createSpecReader(input: unknown, path = 'model'): SpecReader {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    throw invalid(path, 'an object');
  const fields = input as Record<string, unknown>;
  const asked = new Set<string>();
  const at = (field: string): unknown => {
    asked.add(field);
    return Object.hasOwn(fields, field) ? fields[field] : undefined;
  };
  const items = (field: string, [fewest, most]: readonly [number, number]): unknown[] => {
    const value = at(field);
    if (!Array.isArray(value) || value.length < fewest || value.length > most)
      throw invalid(`${path}.${field}`, `a list of ${fewest} to ${most} items`);
    return value;
  };
  return {
    whole: (field, low, high) => asWhole(at(field), `${path}.${field}`, [low, high]),
    choice: (field, choices) => {
      const value = at(field);
      const found = choices.find((choice) => choice === value);
      if (found === undefined) throw invalid(`${path}.${field}`, choices.join(', '));
      return found;
    },
    wholes: (field, counts, high) =>
      items(field, counts).map((item, i) => asWhole(item, `${path}.${field}[${i}]`, [1, high])),
    list: (field, counts, read) =>
      items(field, counts).map((item, i) => {
        const reader = createSpecReader(item, `${path}.${field}[${i}]`);
        const value = read(reader);
        reader.end();
        return value;
      }),
    end: () => {
      for (const key of Object.keys(fields)) {
        if (!asked.has(key))
          throw invalid(`${path}.${key.slice(0, 40)}`, 'left out: this model has no such field');
      }
    },
  };
}

function asWhole(value: unknown, path: string, [low, high]: readonly [number, number]): number {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high)
    throw invalid(path, `a whole number from ${low} to ${high}`);
  return value as number;
}

/** A `MODEL_SPEC_INVALID` about one field. */
export function invalid(path: string, expected: string): Error {
  return learningError({
    code: 'MODEL_SPEC_INVALID',
    message: `${path} must be ${expected}`,
    remedy: 'Correct the model spec.',
    fields: { field: path },
  });
}
