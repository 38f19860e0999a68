import { EMPTY_STATE } from './named-state.ts';
import type { SingleUpdateStrategy } from './strategy.ts';
import { addStep } from './weighted-sum.ts';

/**
 * A strategy without memory that takes w ← w + η R(Δ₁, …, Δₙ), with R a robust mean. Every update
 * counts the same: a number of examples is only a claim, and a liar would claim many.
 */
export function createRobustStrategy(options: {
  readonly name: string;
  readonly fewestUpdates: number;
  readonly serverRate: number;
  /** R, over updates sorted by participant. */
  readonly combine: (deltas: readonly Float32Array[]) => Float32Array;
}): SingleUpdateStrategy {
  const { name, fewestUpdates, serverRate, combine } = options;
  return {
    name,
    sees: 'single-updates',
    fewestUpdates,
    hasControls: false,
    createState: () => EMPTY_STATE,
    instruct: () => ({}),
    aggregate: ({ weights, state, updates }) => ({
      weights: addStep(weights, combine(updates.map(({ delta }) => delta)), serverRate),
      state,
      changes: 1,
    }),
  };
}
