import { exactLog } from './exact-log.ts';

/**
 * BM25 of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
 * (2009), section 3.4: the values it reports as reasonable, and the defaults of Lucene.
 */
export const BM25_K1 = 1.2;
export const BM25_B = 0.75;

/**
 * For each term (a word or a pair of neighbours) the units (documents or passages) that hold it,
 * with the whole BM25 contribution of the term in a query, so that scoring is additions only.
 */
export interface PostingLists {
  readonly unitCount: number;
  /** Term t owns the postings `offsets[t]` until `offsets[t + 1]`. */
  readonly offsets: Uint32Array;
  /** Unit of each posting, ascending within a term. */
  readonly units: Uint32Array;
  /** idf * tf (k1 + 1) / (tf + k1 (1 - b + b * length / average)), rounded to a float. */
  readonly impacts: Float32Array;
}

/** ln(1 + (N - n + 0.5) / (n + 0.5)): never negative, also for a term that most units hold. */
export function inverseDocumentFrequency(lists: PostingLists, term: number): number {
  const holding = (lists.offsets[term + 1] ?? 0) - (lists.offsets[term] ?? 0);
  return exactLog(1 + (lists.unitCount - holding + 0.5) / (holding + 0.5));
}

/** The impact of `term` in `unit`, 0 when the unit does not hold it. */
export function impactOf(lists: PostingLists, term: number, unit: number): number {
  let low = lists.offsets[term] ?? 0;
  let high = lists.offsets[term + 1] ?? 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = lists.units[middle] as number;
    if (found === unit) return lists.impacts[middle] as number;
    if (found < unit) low = middle + 1;
    else high = middle;
  }
  return 0;
}
