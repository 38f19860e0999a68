import { learningError } from '../errors.ts';

/** The refusal of a file that is no model of this version. */
export function modelMalformed(why: string, cause?: unknown): Error {
  return learningError({
    code: 'MODEL_MALFORMED',
    message: `not a model of this version: ${why}`,
    remedy: 'Fetch the model again, or train it with this version.',
    cause,
  });
}

/** JSON in a model's metadata. @throws {DdaiError} `MODEL_MALFORMED` names the field. */
export function parseMetadata(text: string | undefined, field: string): unknown {
  try {
    return JSON.parse(text ?? '') as unknown;
  } catch (cause) {
    throw modelMalformed(`${field} is not JSON`, cause);
  }
}
