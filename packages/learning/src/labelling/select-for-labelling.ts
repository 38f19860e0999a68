import { createFeaturiser } from '../features/featuriser.ts';
import { DEFAULT_FEATURISER, type FeaturiserSpec } from '../features/featuriser-spec.ts';
import type { SparseRows } from '../features/sparse-rows.ts';

/** What a model says of a text that nobody has labelled. */
export interface UnlabelledText {
  readonly text: string;
  /** Calibrated, one a label; absent when there is no model yet. */
  readonly probabilities?: ArrayLike<number>;
  readonly outOfScope?: boolean;
}

/** A text that a person should label, and why. */
export interface LabellingProposal {
  /** Index into the texts. */
  readonly index: number;
  /**
   * `out-of-scope`: it seems to belong to no label, so it may show one that is missing. `uncertain`:
   * two labels are close. `different`: there is no model, or it is sure, and nothing like it was
   * chosen.
   */
  readonly reason: 'out-of-scope' | 'uncertain' | 'different';
  /** 1 minus the margin between the two likeliest labels; 1 without a model. */
  readonly uncertainty: number;
  /** Highest cosine similarity with what was labelled or proposed before it, at least 0. */
  readonly similarity: number;
  /** Texts that were left out because they say nearly the same. */
  readonly standsFor: number;
}

/** As many proposals as this share may be for being out of scope: they are not the model's only weakness. */
const OUT_OF_SCOPE_SHARE = 1 / 3;
/** Cosine similarity of hashed n-grams above which one label serves both texts. */
const NEAR_DUPLICATE = 0.85;
/** Below this margin a proposal is called uncertain. */
const UNCERTAIN_MARGIN = 0.5;

/**
 * Chooses which texts a person should label next: those whose two likeliest labels are closest (margin
 * sampling, Scheffer, Decomain and Wrobel 2001), each discounted by how much it resembles what was
 * labelled or chosen already, as greedy k-centre selection does (Sener and Savarese 2018), and no two
 * near-duplicates. A third at most is chosen for being out of scope. Best first; deterministic.
 * @param options.labelled texts with a label: nothing close to them is proposed.
 * @param options.limit how many at most.
 */
export function selectForLabelling(options: {
  readonly texts: readonly UnlabelledText[];
  readonly limit: number;
  readonly labelled?: readonly string[];
  readonly featuriser?: FeaturiserSpec;
}): LabellingProposal[] {
  const { texts, limit, labelled = [], featuriser: spec = DEFAULT_FEATURISER } = options;
  const featuriser = createFeaturiser(spec);
  const rows = featuriser.featuriseAll(texts.map(({ text }) => text));
  const candidates = texts.map(
    (text, index): Candidate => ({
      index,
      uncertainty: text.probabilities === undefined ? 1 : 1 - marginOf(text.probabilities),
      isKnown: text.probabilities !== undefined,
      outOfScope: text.outOfScope === true,
      similarity: 0,
      isOpen: rows.offsets[index] !== rows.offsets[index + 1],
    }),
  );
  const dense = new Float32Array(spec.dimension);
  /** Takes note of a text that is labelled or chosen; returns how many near-duplicates that closes. */
  const cover = (from: SparseRows, row: number): number => {
    spread(from, row, dense, 1);
    let closed = 0;
    for (const candidate of candidates) {
      if (!candidate.isOpen) continue;
      const similarity = dot(rows, candidate.index, dense);
      if (similarity > candidate.similarity) candidate.similarity = similarity;
      if (similarity < NEAR_DUPLICATE) continue;
      candidate.isOpen = false;
      closed += 1;
    }
    spread(from, row, dense, 0);
    return closed;
  };
  const known = featuriser.featuriseAll(labelled);
  for (let row = 0; row < labelled.length; row++) cover(known, row);

  const proposals: LabellingProposal[] = [];
  let strange = 0;
  while (proposals.length < limit) {
    const quota = Math.ceil((proposals.length + 1) * OUT_OF_SCOPE_SHARE);
    const best = bestOf(candidates, strange < quota) ?? bestOf(candidates, false);
    if (best === undefined) break;
    best.isOpen = false;
    const { index, uncertainty, similarity } = best;
    const standsFor = cover(rows, index);
    if (best.outOfScope) strange += 1;
    proposals.push({ index, reason: reasonOf(best), uncertainty, similarity, standsFor });
  }
  return proposals;
}

interface Candidate {
  readonly index: number;
  readonly uncertainty: number;
  readonly isKnown: boolean;
  readonly outOfScope: boolean;
  similarity: number;
  isOpen: boolean;
}

/** The most useful open candidate, among those out of scope if there are any and `strangeFirst`. */
function bestOf(candidates: readonly Candidate[], strangeFirst: boolean): Candidate | undefined {
  let best: Candidate | undefined;
  for (const candidate of candidates) {
    if (!candidate.isOpen || (strangeFirst && !candidate.outOfScope)) continue;
    if (best === undefined || usefulness(candidate) > usefulness(best)) best = candidate;
  }
  return best;
}

function usefulness({ uncertainty, similarity }: Candidate): number {
  return uncertainty * (1 - similarity);
}

function reasonOf({ outOfScope, isKnown, uncertainty }: Candidate): LabellingProposal['reason'] {
  if (outOfScope) return 'out-of-scope';
  return isKnown && 1 - uncertainty < UNCERTAIN_MARGIN ? 'uncertain' : 'different';
}

function marginOf(probabilities: ArrayLike<number>): number {
  let first = 0;
  let second = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const probability = probabilities[i] as number;
    if (probability > first) {
      second = first;
      first = probability;
    } else if (probability > second) second = probability;
  }
  return first - second;
}

/** Adds a row to a dense vector, or clears its places (`by` 0). */
function spread(
  { offsets, indices, values }: SparseRows,
  row: number,
  to: Float32Array,
  by: number,
): void {
  const end = offsets[row + 1] as number;
  for (let entry = offsets[row] as number; entry < end; entry++) {
    const index = indices[entry] as number;
    to[index] = by === 0 ? 0 : (to[index] as number) + (values[entry] as number);
  }
}

function dot({ offsets, indices, values }: SparseRows, row: number, dense: Float32Array): number {
  const end = offsets[row + 1] as number;
  let sum = 0;
  for (let entry = offsets[row] as number; entry < end; entry++)
    sum += (dense[indices[entry] as number] as number) * (values[entry] as number);
  return sum;
}
