import { createNumberLog } from './number-log.ts';
import { BM25_B, BM25_K1, inverseDocumentFrequency, type PostingLists } from './posting-lists.ts';

/** Collects term occurrences unit by unit, in some five bytes each. */
export interface PostingCollector {
  /** Adds the next unit; its number is the count of units before it. */
  addUnit(terms: readonly number[]): void;
  /**
   * Ends the collection: what it held is given back.
   * @param termOrder maps the numbers used so far to the final ones, 0 to terms - 1.
   */
  build(termOrder: Uint32Array): PostingLists;
}

/** A count that is not below this stands in `largeCounts`. */
const LARGE = 255;

export function createPostingCollector(): PostingCollector {
  /** Occurrences of each unit, and how many different terms they are. */
  const lengths = createNumberLog();
  const sizes = createNumberLog();
  const terms = createNumberLog();
  const counts = createNumberLog(Uint8Array);
  const largeCounts = new Map<number, number>();

  const addTerm = (term: number, count: number): void => {
    if (count >= LARGE) largeCounts.set(terms.length, count);
    counts.push(Math.min(count, LARGE));
    terms.push(term);
  };

  return {
    addUnit(unitTerms) {
      const before = terms.length;
      const sorted = Uint32Array.from(unitTerms).sort();
      for (let from = 0, to = 0; from < sorted.length; from = to) {
        while (to < sorted.length && sorted[to] === sorted[from]) to += 1;
        addTerm(sorted[from] as number, to - from);
      }
      sizes.push(terms.length - before);
      lengths.push(unitTerms.length);
    },
    build(termOrder) {
      const offsets = new Uint32Array(termOrder.length + 1);
      for (let i = 0; i < terms.length; i++) {
        const after = (termOrder[terms.at(i)] as number) + 1;
        offsets[after] = (offsets[after] as number) + 1;
      }
      for (let t = 0; t < termOrder.length; t++) {
        offsets[t + 1] = (offsets[t + 1] as number) + (offsets[t] as number);
      }
      const lists: PostingLists = {
        unitCount: lengths.length,
        offsets,
        units: new Uint32Array(terms.length),
        impacts: new Float32Array(terms.length),
      };
      let total = 0;
      for (let unit = 0; unit < lengths.length; unit++) total += lengths.at(unit);
      const averageLength = total / Math.max(lengths.length, 1);
      const next = offsets.slice();
      let i = 0;
      // Postings were collected by ascending unit, so each list comes out ascending.
      for (let unit = 0; unit < lengths.length; unit++) {
        const norm = 1 - BM25_B + (BM25_B * lengths.at(unit)) / averageLength;
        for (const end = i + sizes.at(unit); i < end; i++) {
          const term = termOrder[terms.at(i)] as number;
          const slot = next[term] as number;
          next[term] = slot + 1;
          const short = counts.at(i);
          const frequency = short < LARGE ? short : (largeCounts.get(i) as number);
          lists.units[slot] = unit;
          lists.impacts[slot] =
            (inverseDocumentFrequency(lists, term) * frequency * (BM25_K1 + 1)) /
            (frequency + BM25_K1 * norm);
        }
      }
      for (const log of [lengths, sizes, terms, counts]) log.clear();
      largeCounts.clear();
      return lists;
    },
  };
}
