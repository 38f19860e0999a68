/** Why an encoder gave nothing that can be used. */
export type EncoderFault =
  | 'busy'
  | 'failed'
  | 'invalid-reply'
  | 'refused'
  | 'timeout'
  | 'too-long'
  | 'unreachable'
  | 'wrong-dimensions';

export type Encoding =
  | { readonly vectors: readonly Float32Array[] }
  | { readonly fault: EncoderFault };

/**
 * Turns texts into vectors whose cosine says how near their meanings are. Failing is an expected
 * outcome and a value, for ranking by words is always there.
 */
export interface SentenceEncoder {
  /** Shown to whoever asks what ranked a hit. */
  readonly name: string;
  /** Of every vector. */
  readonly dimensions: number;
  /** One vector for each text, in their order. */
  encode(texts: readonly string[]): Promise<Encoding>;
}

/**
 * What `encoder` says of `texts`, checked: as many vectors as texts, of its dimensions, finite and
 * not zero, and scaled to length 1, so that a product is a cosine. A rejection becomes `failed`.
 */
export async function encodeChecked(
  encoder: SentenceEncoder,
  texts: readonly string[],
): Promise<Encoding> {
  if (texts.length === 0) return { vectors: [] };
  let encoding: Encoding;
  try {
    encoding = await encoder.encode(texts);
  } catch {
    return { fault: 'failed' };
  }
  if ('fault' in encoding) return encoding;
  if (encoding.vectors.length !== texts.length) return { fault: 'invalid-reply' };
  const vectors: Float32Array[] = [];
  for (const vector of encoding.vectors) {
    if (vector.length !== encoder.dimensions) return { fault: 'wrong-dimensions' };
    const unit = toUnitLength(vector);
    if (unit === undefined) return { fault: 'invalid-reply' };
    vectors.push(unit);
  }
  return { vectors };
}

/** `vector` scaled to length 1; undefined for one that is zero or not finite. */
export function toUnitLength(vector: Float32Array): Float32Array | undefined {
  let squares = 0;
  for (const x of vector) squares += x * x;
  const length = Math.sqrt(squares);
  if (!Number.isFinite(length) || length === 0) return undefined;
  return vector.map((x) => x / length);
}

/** Of two vectors of length 1 the cosine, in [-1, 1] but for rounding. */
export function dotProduct(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
