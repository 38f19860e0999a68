import type { DecodedSum } from './update-encoding.ts';

/**
 * Federated averaging (McMahan et al. 2017, algorithm 1): w ← w + Σ nᵢ (wᵢ − w) / Σ nᵢ over the
 * survivors. `sum` holds both sums divided by the same maxExamples. Changes `weights` in place; a
 * sum without weight changes nothing.
 */
export function applyFedAvg(options: {
  readonly weights: Float32Array;
  readonly sum: DecodedSum;
  readonly maxExamples: number;
}): void {
  const { weights } = options;
  const change = meanChange(options);
  for (let i = 0; i < weights.length; i++)
    weights[i] = (weights[i] as number) + (change[i] as number);
}

/** Σ nᵢ (wᵢ − w) / Σ nᵢ in double precision; zeros for a sum without weight. */
export function meanChange(options: {
  readonly sum: DecodedSum;
  readonly maxExamples: number;
}): Float64Array {
  const { sum, maxExamples } = options;
  const { weight } = sum.scalars;
  const factor = weight === 0 ? 0 : maxExamples / weight;
  return sum.weightedUpdate.map((value) => factor * value);
}
