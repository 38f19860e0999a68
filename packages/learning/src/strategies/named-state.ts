import { canonicalJson } from '@ddai/core';
import { learningError } from '../errors.ts';
import { readSafetensors, writeSafetensors } from '../model/safetensors.ts';

/** Vectors and numbers under their names: what a strategy or a participant keeps between rounds. */
export interface NamedState {
  readonly vectors: Readonly<Record<string, Float32Array>>;
  /** Finite. */
  readonly numbers: Readonly<Record<string, number>>;
}

export const EMPTY_STATE: NamedState = { vectors: {}, numbers: {} };

const FORMAT = 'ddai-named-state-v1';

/** The state as a safetensors file: equal states give equal bytes. */
export function serialiseNamedState(state: NamedState): Uint8Array {
  const names = Object.keys(state.vectors).sort();
  return writeSafetensors({
    metadata: { format: FORMAT, numbers: canonicalJson(state.numbers) },
    tensors: Object.fromEntries(
      names.map((name) => {
        const values = vectorOf(state, name);
        return [name, { shape: [values.length], values }];
      }),
    ),
  });
}

/**
 * Reads {@link serialiseNamedState}'s bytes.
 * @throws {DdaiError} `SAFETENSORS_MALFORMED` or `STRATEGY_STATE_MALFORMED`.
 */
export function parseNamedState(bytes: Uint8Array): NamedState {
  const { metadata, tensors } = readSafetensors(bytes);
  if (metadata.format !== FORMAT) throw malformed(`its format is not ${FORMAT}`);
  const vectors = Object.entries(tensors).map(([name, { values }]) => [name, values] as const);
  return { vectors: Object.fromEntries(vectors), numbers: parseNumbers(metadata.numbers ?? '') };
}

/** @throws {DdaiError} `STRATEGY_STATE_MALFORMED` when there is none, or of another length. */
export function vectorOf(state: NamedState, name: string, length?: number): Float32Array {
  const vector = state.vectors[name];
  if (vector === undefined) throw malformed(`it holds no vector "${name}"`);
  if (length !== undefined && vector.length !== length)
    throw malformed(`vector "${name}" has ${vector.length} entries, the model ${length}`);
  return vector;
}

function parseNumbers(text: string): Record<string, number> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw malformed('its numbers are not JSON', cause);
  }
  const isRecord = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  if (!isRecord || !Object.values(parsed as object).every((value) => Number.isFinite(value)))
    throw malformed('its numbers are not all finite');
  return parsed as Record<string, number>;
}

function malformed(why: string, cause?: unknown): Error {
  return learningError({
    code: 'STRATEGY_STATE_MALFORMED',
    message: `not a state of this strategy: ${why}`,
    remedy: 'Restore the state from a copy, or begin the job again.',
    cause,
  });
}
