import { EMPTY_STATE } from './named-state.ts';
import { readOptions, SERVER_RATE } from './read-options.ts';
import type { WeightedSumStrategy } from './strategy.ts';
import { addStep, meanOf } from './weighted-sum.ts';

/**
 * FedAvg (McMahan et al. 2017, algorithm 1): w ← w + η Σ nᵢ Δᵢ / Σ nᵢ, with nᵢ the examples of
 * participant i. At the server rate η = 1, the default, w is the mean of the trained models.
 *
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createFedAvg(options: { readonly serverRate?: number } = {}): WeightedSumStrategy {
  const { serverRate } = readOptions('fedavg', { serverRate: SERVER_RATE }, options);
  return {
    name: 'fedavg',
    sees: 'weighted-sum',
    fewestUpdates: 1,
    hasControls: false,
    createState: () => EMPTY_STATE,
    instruct: () => ({}),
    aggregate: ({ weights, state, sum }) => ({
      weights: addStep(weights, meanOf(sum.delta, sum.weight), serverRate),
      state,
      changes: 1,
    }),
  };
}
