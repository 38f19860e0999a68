import { learningError } from '../errors.ts';

/**
 * How text becomes a sparse vector, complete enough to be written again in another language. It
 * travels with the terms of a job and inside the model.
 *
 * 1. Unicode NFKC, then lower case (locale-independent).
 * 2. A word is a run of UTF-16 code units that are letters, marks, digits or surrogates.
 * 3. Word n-grams: 1 to `wordNgrams` adjacent words. Character n-grams: within each word between
 *    two spaces, from `charNgrams[0]` to `charNgrams[1]` units.
 * 4. Each n-gram is hashed (see `createFeaturiser`) to an index below `dimension` and, when
 *    `signed`, to a sign (Weinberger et al. 2009, eq. 1–2); equal indices are summed.
 * 5. Each value v becomes sign(v)·(1 + ln|v|), words and characters are each scaled to length 1,
 *    the words multiplied by `wordWeight`, and the whole is scaled to length 1.
 */
export interface FeaturiserSpec {
  readonly kind: 'hashed-ngrams';
  readonly version: 1;
  /** A power of two from 2^8 to 2^22. */
  readonly dimension: number;
  /** The longest word n-gram, 1 to 3. */
  readonly wordNgrams: number;
  /** The shortest and the longest character n-gram, 2 to 8. */
  readonly charNgrams: readonly [number, number];
  readonly signed: boolean;
  /** Length of the word part against the character part's 1. */
  readonly wordWeight: number;
}

/** The space of `learning.md`: word 1–2-grams and character 3–5-grams in 2^15 dimensions. */
export const DEFAULT_FEATURISER: FeaturiserSpec = {
  kind: 'hashed-ngrams',
  version: 1,
  dimension: 2 ** 15,
  wordNgrams: 2,
  charNgrams: [3, 5],
  signed: true,
  wordWeight: 1,
};

const isWhole = (value: unknown, from: number, to: number): value is number =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

/**
 * Checks a spec that came from a file or a peer.
 * @throws {DdaiError} `FEATURISER_INVALID` names the first field that is out of range.
 */
export function parseFeaturiserSpec(input: unknown): FeaturiserSpec {
  const spec = (input ?? {}) as Partial<FeaturiserSpec>;
  const chars = spec.charNgrams as unknown;
  const charNgrams =
    Array.isArray(chars) && chars.length === 2
      ? ([chars[0], chars[1]] as [unknown, unknown])
      : ([undefined, undefined] as [unknown, unknown]);
  const [shortest, longest] = charNgrams;
  if (spec.kind !== 'hashed-ngrams') refuse('kind', 'hashed-ngrams');
  if (spec.version !== 1) refuse('version', '1');
  const { dimension, wordNgrams, wordWeight, signed } = spec;
  if (!isWhole(dimension, 2 ** 8, 2 ** 22) || (dimension & (dimension - 1)) !== 0)
    return refuse('dimension', 'a power of two from 256 to 4194304');
  if (!isWhole(wordNgrams, 1, 3)) return refuse('wordNgrams', '1 to 3');
  if (!isWhole(shortest, 2, 8) || !isWhole(longest, shortest, 8))
    return refuse('charNgrams', 'two whole numbers from 2 to 8, the smaller first');
  if (typeof signed !== 'boolean') return refuse('signed', 'true or false');
  if (typeof wordWeight !== 'number' || !(wordWeight > 0 && wordWeight <= 16))
    return refuse('wordWeight', 'above 0, at most 16');
  return {
    kind: 'hashed-ngrams',
    version: 1,
    dimension,
    wordNgrams,
    charNgrams: [shortest, longest],
    signed,
    wordWeight,
  };
}

function refuse(field: string, expected: string): never {
  throw learningError({
    code: 'FEATURISER_INVALID',
    message: `featuriser spec: ${field} must be ${expected}`,
    fields: { field },
  });
}
