import { learningError } from '../errors.ts';

/** Reads the fields of one object of a spec; every refusal is a `MODEL_SPEC_INVALID`. */
export interface SpecReader {
  readonly path: string;
  /** Refuses every other field. */
  only(...fields: string[]): void;
  whole(field: string, fewest: number, most: number): number;
  choice<Choice extends string>(field: string, choices: readonly Choice[]): Choice;
  list(field: string, fewest: number, most: number): unknown[];
}

/** `path` is how messages call the object. */
export function createSpecReader(input: unknown, path: string): SpecReader {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return refuseSpec(path, 'an object');
  const fields = new Map<string, unknown>(Object.entries(input));
  return {
    path,
    only: (...known) => {
      for (const field of fields.keys())
        if (!known.includes(field))
          refuseSpec(
            `${path}.${field.slice(0, 40)}`,
            `left out: the fields are ${known.join(', ')}`,
          );
    },
    whole: (field, fewest, most) => {
      const value = fields.get(field);
      if (!isWhole(value, fewest, most))
        return refuseSpec(
          `${path}.${field}`,
          fewest === most ? String(most) : `a whole number from ${fewest} to ${most}`,
        );
      return value;
    },
    choice: (field, choices) => {
      const value = choices.find((choice) => choice === fields.get(field));
      return value ?? refuseSpec(`${path}.${field}`, `one of ${choices.join(', ')}`);
    },
    list: (field, fewest, most) => {
      const value = fields.get(field);
      if (!Array.isArray(value) || value.length < fewest || value.length > most)
        return refuseSpec(`${path}.${field}`, `a list of ${fewest} to ${most} entries`);
      return value;
    },
  };
}

export function isWhole(value: unknown, fewest: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= fewest && (value as number) <= most;
}

/** @throws {DdaiError} `MODEL_SPEC_INVALID`, always. */
export function refuseSpec(field: string, expected: string): never {
  throw learningError({
    code: 'MODEL_SPEC_INVALID',
    message: `model spec: ${field} must be ${expected}`,
    fields: { field },
  });
}
