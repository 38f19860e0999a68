import { vectorOf } from './named-state.ts';
import { readOptions, SERVER_RATE } from './read-options.ts';
import type { WeightedSumStrategy } from './strategy.ts';
import { addStep, meanOf } from './weighted-sum.ts';

/**
 * FedAvgM (Hsu, Qi and Brown 2019, section 4.2): momentum at the server, v ← β v + Δ and
 * w ← w + η v, with Δ the mean update by examples.
 *
 * @param options.momentum β, 0 to below 1; default 0.9.
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createFedAvgM(
  options: { readonly momentum?: number; readonly serverRate?: number } = {},
): WeightedSumStrategy {
  const { momentum, serverRate } = readOptions(
    'fedavgm',
    { momentum: { default: 0.9, low: 0, high: 1, isBelow: true }, serverRate: SERVER_RATE },
    options,
  );
  return {
    name: 'fedavgm',
    sees: 'weighted-sum',
    fewestUpdates: 1,
    hasControls: false,
    createState: (parameters) => ({
      vectors: { velocity: new Float32Array(parameters) },
      numbers: {},
    }),
    instruct: () => ({}),
    aggregate: ({ weights, state, sum }) => {
      const delta = meanOf(sum.delta, sum.weight);
      const before = vectorOf(state, 'velocity', weights.length);
      const velocity = addStep(delta, before, momentum);
      return {
        weights: addStep(weights, velocity, serverRate),
        state: { vectors: { velocity }, numbers: {} },
        changes: 1,
      };
    },
  };
}
