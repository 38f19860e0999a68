import type { PostingLists } from './posting-lists.ts';

/** A term of the vocabulary and how much its occurrences count. */
export interface WeightedTerm {
  readonly term: number;
  readonly weight: number;
}

export interface ScoredUnit {
  readonly unit: number;
  readonly score: number;
}

/** Terms of one kind (words, pairs) of a query. */
type QueryPart = readonly WeightedTerm[];

/**
 * The best `depth` units by the sum of weighted impacts, best first, ties by unit number.
 * `parts` correspond to the lists the scorer was made of. Additions happen in their order, so equal
 * input gives equal bits.
 */
export type UnitScorer = (parts: readonly QueryPart[], depth: number) => ScoredUnit[];

/** A scorer over lists of the same units; holds its accumulators, and nothing in it awaits. */
export function createUnitScorer(...lists: readonly PostingLists[]): UnitScorer {
  const unitCount = lists[0]?.unitCount ?? 0;
  const scores = new Float64Array(unitCount);
  const touched = new Uint32Array(unitCount);
  return (parts, depth) => {
    let touchedCount = 0;
    lists.forEach((list, part) => {
      for (const wanted of parts[part] ?? []) accumulate(list, wanted);
    });
    const best = selectBest(scores, touched.subarray(0, touchedCount), depth);
    for (let i = 0; i < touchedCount; i++) scores[touched[i] as number] = 0;
    return best;

    function accumulate({ offsets, units, impacts }: PostingLists, wanted: WeightedTerm): void {
      const { term, weight } = wanted;
      const end = offsets[term + 1] as number;
      for (let i = offsets[term] as number; i < end; i++) {
        const unit = units[i] as number;
        const before = scores[unit] as number;
        if (before === 0) touched[touchedCount++] = unit;
        scores[unit] = before + weight * (impacts[i] as number);
      }
    }
  };
}

/** Keeps the best in a binary heap whose root is the worst kept. */
function selectBest(scores: Float64Array, candidates: Uint32Array, depth: number): ScoredUnit[] {
  const heap: ScoredUnit[] = [];
  const isWorse = (a: ScoredUnit, b: ScoredUnit): boolean =>
    a.score !== b.score ? a.score < b.score : a.unit > b.unit;
  for (const unit of candidates) {
    const entry = { unit, score: scores[unit] as number };
    if (heap.length < depth) {
      heap.push(entry);
      siftUp(heap, isWorse);
    } else if (depth > 0 && isWorse(heap[0] as ScoredUnit, entry)) {
      heap[0] = entry;
      siftDown(heap, isWorse);
    }
  }
  return heap.sort((a, b) => (isWorse(b, a) ? -1 : 1));
}

type Order = (a: ScoredUnit, b: ScoredUnit) => boolean;

function siftUp(heap: ScoredUnit[], isWorse: Order): void {
  let child = heap.length - 1;
  const entry = heap[child] as ScoredUnit;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (!isWorse(entry, heap[parent] as ScoredUnit)) break;
    heap[child] = heap[parent] as ScoredUnit;
    child = parent;
  }
  heap[child] = entry;
}

function siftDown(heap: ScoredUnit[], isWorse: Order): void {
  const entry = heap[0] as ScoredUnit;
  let parent = 0;
  for (;;) {
    let child = 2 * parent + 1;
    if (child >= heap.length) break;
    const sibling = child + 1;
    if (sibling < heap.length && isWorse(heap[sibling] as ScoredUnit, heap[child] as ScoredUnit)) {
      child = sibling;
    }
    if (!isWorse(heap[child] as ScoredUnit, entry)) break;
    heap[parent] = heap[child] as ScoredUnit;
    parent = child;
  }
  heap[parent] = entry;
}
