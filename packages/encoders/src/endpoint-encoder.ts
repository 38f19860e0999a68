import {
  type EncoderFault,
  type Encoding,
  redactPersonalData,
  type SentenceEncoder,
} from '@ddai/assistant';
import { z } from 'zod';

/** An OpenAI-compatible endpoint that the gateway's operator lets assistants compare meanings with. */
export interface EncoderEndpoint {
  /** Up to and without `/embeddings`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Of its vectors; others are refused. */
  readonly dimensions: number;
  /** Sent as bearer token and nowhere else: not logged, not shown, not stored. */
  readonly apiKey?: string;
  /** Whether it is the operator's own machine, so that `local_only` assistants may use it. */
  readonly local: boolean;
  /** Milliseconds from request to the last byte. */
  readonly timeout: number;
}

/** Texts in one request; endpoints take from 32 (small servers) to 2,048 (OpenAI). */
const BATCH = 32;
/** Calls of one endpoint at a time; what comes on top is ranked by words at once, and not queued. */
const MOST_CALLS = 8;
/** Characters that a number takes in JSON, with its comma, at the most. */
const NUMBER_BYTES = 32;
/** For everything in a reply that is not a vector. */
const FRAME_BYTES = 64 * 1024;

const replySchema = z.object({
  data: z.array(
    z.object({ index: z.number().int().nonnegative(), embedding: z.array(z.number()) }),
  ),
});

/**
 * Vectors from `POST …/embeddings`. Every failure is a value. Personal data is taken out of each
 * text before it leaves; redirects are not followed, for they would carry text and key elsewhere.
 */
export function createEndpointEncoder(
  name: string,
  endpoint: EncoderEndpoint,
  fetch: typeof globalThis.fetch,
): SentenceEncoder {
  const { dimensions, timeout } = endpoint;
  let calls = 0;
  const encodeAll = async (texts: readonly string[]): Promise<Encoding> => {
    const signal = AbortSignal.timeout(timeout);
    const vectors: Float32Array[] = [];
    for (let i = 0; i < texts.length; i += BATCH) {
      const batch = texts.slice(i, i + BATCH).map((text) => redactPersonalData(text).text);
      const encoding = await requestVectors(endpoint, batch, { fetch, signal });
      if ('fault' in encoding) return encoding;
      vectors.push(...encoding.vectors);
    }
    return { vectors };
  };
  return {
    name,
    dimensions,
    async encode(texts) {
      if (calls >= MOST_CALLS) return { fault: 'busy' };
      calls++;
      try {
        return await encodeAll(texts);
      } finally {
        calls--;
      }
    },
  };
}

async function requestVectors(
  { baseUrl, model, dimensions, apiKey }: EncoderEndpoint,
  texts: readonly string[],
  { fetch, signal }: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal },
): Promise<Encoding> {
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/embeddings`, {
      method: 'POST',
      redirect: 'error',
      signal,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, input: texts, encoding_format: 'float' }),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { fault: 'refused' };
    }
    const limit = FRAME_BYTES + texts.length * dimensions * NUMBER_BYTES;
    const text = await readLimited(response, limit);
    return text === undefined ? { fault: 'too-long' } : readVectors(text, texts.length, dimensions);
  } catch {
    return { fault: signal.aborted ? 'timeout' : 'unreachable' };
  }
}

/** The body as text; undefined once it is longer than `limit` bytes. */
async function readLimited(response: Response, limit: number): Promise<string | undefined> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  // Leaving the loop cancels the body.
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > limit) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Vectors stand under the `index` of their text, in whatever order they come. */
function readVectors(text: string, count: number, dimensions: number): Encoding {
  const invalid: { fault: EncoderFault } = { fault: 'invalid-reply' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return invalid;
  }
  const parsed = replySchema.safeParse(value);
  if (!parsed.success || parsed.data.data.length !== count) return invalid;
  const vectors = new Array<Float32Array | undefined>(count).fill(undefined);
  for (const { index, embedding } of parsed.data.data) {
    if (index >= count || vectors[index] !== undefined) return invalid;
    if (embedding.length !== dimensions) return { fault: 'wrong-dimensions' };
    vectors[index] = Float32Array.from(embedding);
  }
  return { vectors: vectors as Float32Array[] };
}
