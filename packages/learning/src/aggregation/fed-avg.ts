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
  const { weights, sum, maxExamples } = options;
  if (sum.scalars.weight === 0) return;
  const factor = maxExamples / sum.scalars.weight;
  for (let i = 0; i < weights.length; i++) {
    weights[i] = (weights[i] as number) + factor * (sum.weightedUpdate[i] as number);
  }
}
