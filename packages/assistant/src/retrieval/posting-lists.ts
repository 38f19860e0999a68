import { exactLog } from './exact-log.ts';

/**
 * BM25 of Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
 * (2009), section 3.4: the values it reports as reasonable, and the defaults of Lucene.
 */
export const BM25_K1 = 1.2;
const BM25_B = 0.75;

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

/** Collects term occurrences unit by unit. */
export interface PostingCollector {
  /** Adds the next unit; its number is the count of units before it. */
  addUnit(terms: readonly number[]): void;
  /** @param termOrder maps the numbers used so far to the final ones, 0 to terms - 1. */
  build(termOrder: Uint32Array): PostingLists;
}

export function createPostingCollector(): PostingCollector {
  const lengths: number[] = [];
  const terms: number[] = [];
  const units: number[] = [];
  const counts: number[] = [];
  return {
    addUnit(unitTerms) {
      const frequencies = new Map<number, number>();
      for (const term of unitTerms) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
      for (const [term, count] of frequencies) {
        terms.push(term);
        units.push(lengths.length);
        counts.push(count);
      }
      lengths.push(unitTerms.length);
    },
    build(termOrder) {
      const offsets = new Uint32Array(termOrder.length + 1);
      for (const term of terms) (offsets[(termOrder[term] as number) + 1] as number)++;
      for (let t = 0; t < termOrder.length; t++) {
        offsets[t + 1] = (offsets[t + 1] as number) + (offsets[t] as number);
      }
      const lists: PostingLists = {
        unitCount: lengths.length,
        offsets,
        units: new Uint32Array(terms.length),
        impacts: new Float32Array(terms.length),
      };
      const averageLength = lengths.reduce((sum, n) => sum + n, 0) / Math.max(lengths.length, 1);
      const next = offsets.slice();
      // Postings were collected by ascending unit, so each list comes out ascending.
      for (let i = 0; i < terms.length; i++) {
        const term = termOrder[terms[i] as number] as number;
        const slot = next[term] as number;
        next[term] = slot + 1;
        const unit = units[i] as number;
        const frequency = counts[i] as number;
        const norm = 1 - BM25_B + (BM25_B * (lengths[unit] as number)) / averageLength;
        lists.units[slot] = unit;
        lists.impacts[slot] =
          (inverseDocumentFrequency(lists, term) * frequency * (BM25_K1 + 1)) /
          (frequency + BM25_K1 * norm);
      }
      return lists;
    },
  };
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
