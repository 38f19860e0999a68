import { readableText } from '../knowledge/readable-text.ts';
import { decayedQuestions } from '../retrieval/conversation-turn.ts';
import { passageAt } from '../retrieval/knowledge-index.ts';
import type { DocumentHit, RetrieveOptions, Retriever } from '../retrieval/retriever.ts';
import { fuseSimilarity } from './fuse-similarity.ts';
import {
  dotProduct,
  type EncoderFault,
  encodeChecked,
  type SentenceEncoder,
  toUnitLength,
} from './sentence-encoder.ts';
import { createVectorCache } from './vector-cache.ts';

export interface SemanticRetrieverOptions {
  /** Milliseconds to wait for the encoder before words alone decide. Default 1,000. */
  readonly timeout?: number;
  /** Memory for vectors of passages. Default 16 MiB: 8,192 of 512 dimensions. */
  readonly cacheBytes?: number;
}

export interface SemanticRetrieval {
  readonly hits: DocumentHit[];
  /** Why words alone ranked the hits; undefined when meaning had its part. */
  readonly fault?: EncoderFault;
}

export interface SemanticRetriever {
  /** As `Retriever.retrieve`, re-ranked by meaning. Never fewer hits than by words alone. */
  retrieve(question: string, options?: RetrieveOptions): Promise<SemanticRetrieval>;
}

/** Documents that words propose; a page that words do not find here is not found by meaning. */
const RERANKED_DOCUMENTS = 20;
/** Best passages by words of each document that are compared. */
const PASSAGES_PER_DOCUMENT = 2;
/** UTF-16 code units that are encoded: encoders cut at about 256 to 512 tokens themselves. */
const LONGEST_PASSAGE = 1_200;
const LONGEST_QUESTION = 2_000;
const DEFAULT_TIMEOUT = 1_000;
const DEFAULT_CACHE_BYTES = 16 * 2 ** 20;

/**
 * Puts the pages that words propose into the order of words and meaning together. What an encoder
 * does wrong, or late, leaves the order by words, and says so. Vectors of passages are made when
 * first needed, at most 40 a question, and kept; those that come too late serve the next question.
 * Make a new one for each revision of the knowledge.
 * @param dependencies.delay resolves after so many milliseconds; it should not keep a process alive.
 */
export function createSemanticRetriever(
  options: SemanticRetrieverOptions,
  dependencies: {
    readonly retriever: Retriever;
    readonly encoder: SentenceEncoder;
    readonly delay: (milliseconds: number) => Promise<void>;
  },
): SemanticRetriever {
  const { timeout = DEFAULT_TIMEOUT, cacheBytes = DEFAULT_CACHE_BYTES } = options;
  const { retriever, encoder, delay } = dependencies;
  const { index } = retriever;
  const cache = createVectorCache({ bytes: cacheBytes, dimensions: encoder.dimensions });

  const passageText = (passage: number): string => {
    const { document, start, end } = passageAt(index, passage);
    return `${document.title}: ${readableText(document, start, end)}`.slice(0, LONGEST_PASSAGE);
  };

  /** One request: the question and its predecessors first, then what passages are not known. */
  const encode = async (
    texts: readonly string[],
    passages: readonly number[],
  ): Promise<Encoded> => {
    const known = new Map<number, Float32Array>();
    const wanted: number[] = [];
    for (const passage of passages) {
      const vector = cache.get(passage);
      if (vector === undefined) wanted.push(passage);
      else known.set(passage, vector);
    }
    const encoding = await encodeChecked(encoder, [...texts, ...wanted.map(passageText)]);
    if ('fault' in encoding) return encoding;
    wanted.forEach((passage, i) => {
      const vector = encoding.vectors[texts.length + i] as Float32Array;
      cache.set(passage, vector);
      known.set(passage, vector);
    });
    return { asked: encoding.vectors.slice(0, texts.length), passages: known };
  };

  return {
    async retrieve(question, retrieveOptions = {}) {
      const { limit = 10, history = [] } = retrieveOptions;
      const depth = Math.max(limit, RERANKED_DOCUMENTS);
      const found = retriever.retrieve(question, { ...retrieveOptions, limit: depth });
      const words = found.slice(0, limit);
      if (question.trim() === '' || found.length === 0) return { hits: words };
      const earlier = decayedQuestions(history).filter(({ text }) => text.trim() !== '');
      const texts = [question, ...earlier.map(({ text }) => text)];
      const compared = found
        .slice(0, RERANKED_DOCUMENTS)
        .map((hit) => hit.passages.slice(0, PASSAGES_PER_DOCUMENT).map(({ passage }) => passage));
      const encoded = await Promise.race([
        encode(
          texts.map((text) => text.slice(0, LONGEST_QUESTION)),
          compared.flat(),
        ),
        delay(timeout).then((): Encoded => ({ fault: 'timeout' })),
      ]);
      if ('fault' in encoded) return { hits: words, fault: encoded.fault };
      const weights = [1, ...earlier.map(({ weight }) => weight)];
      const meaning = weightedMean(encoded.asked, weights);
      if (meaning === undefined) return { hits: words, fault: 'invalid-reply' };
      const similarities = compared.map((passages) => {
        const cosines = passages.flatMap((passage) => {
          const vector = encoded.passages.get(passage);
          return vector === undefined ? [] : [dotProduct(meaning, vector)];
        });
        return cosines.length === 0 ? undefined : Math.max(...cosines);
      });
      return { hits: fuseSimilarity(found, similarities).slice(0, limit) };
    },
  };
}

type Encoded =
  | {
      readonly asked: readonly Float32Array[];
      readonly passages: ReadonlyMap<number, Float32Array>;
    }
  | { readonly fault: EncoderFault };

/** The direction of the question, and of those before it by what they have left of their weight. */
function weightedMean(
  vectors: readonly Float32Array[],
  weights: readonly number[],
): Float32Array | undefined {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  vectors.forEach((vector, v) => {
    for (let i = 0; i < sum.length; i++) {
      sum[i] = (sum[i] as number) + (weights[v] as number) * (vector[i] as number);
    }
  });
  return toUnitLength(sum);
}
