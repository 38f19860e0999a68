import { vectorOf } from './named-state.ts';
import { type OptionRange, readOptions } from './read-options.ts';
import type { WeightedSumStrategy } from './strategy.ts';
import { meanOf } from './weighted-sum.ts';

/** Settings of the adaptive server optimisers, named as in Reddi et al. 2021. */
export interface AdaptiveOptions {
  /** η, the server's step; default 0.1. */
  readonly serverRate?: number;
  /** β₁: how much of the last mean update stays; 0 to below 1, default 0.9. */
  readonly beta1?: number;
  /** τ, above 0: the larger, the less adaptive; also the root of the first v. Default 0.001. */
  readonly tau?: number;
}

export const ADAPTIVE_RANGES = {
  serverRate: { default: 0.1, low: 0, isAbove: true, high: 1000 },
  beta1: { default: 0.9, low: 0, high: 1, isBelow: true },
  tau: { default: 1e-3, low: 0, isAbove: true, high: 1e6 },
} as const satisfies Record<string, OptionRange>;
export const BETA_2: OptionRange = { default: 0.99, low: 0, high: 1, isBelow: true };

/**
 * The part that FedAdam, FedYogi and FedAdagrad share (Reddi et al. 2021, algorithm 2):
 * m ← β₁ m + (1 − β₁) Δ, then v by `nextVariance`, then w ← w + η m / (√v + τ). v begins at τ².
 * There is no correction of the first steps' bias, as in the paper.
 */
export function createAdaptiveServer(options: {
  readonly name: string;
  readonly settings: Required<AdaptiveOptions>;
  /** v after a round, from v before and Δ². */
  readonly nextVariance: (variance: number, square: number) => number;
}): WeightedSumStrategy {
  const { name, nextVariance } = options;
  const { serverRate, beta1, tau } = readOptions(name, ADAPTIVE_RANGES, options.settings);
  return {
    name,
    sees: 'weighted-sum',
    fewestUpdates: 1,
    hasControls: false,
    createState: (parameters) => ({
      vectors: {
        mean: new Float32Array(parameters),
        variance: new Float32Array(parameters).fill(tau * tau),
      },
      numbers: {},
    }),
    instruct: () => ({}),
    aggregate: ({ weights, state, sum }) => {
      const delta = meanOf(sum.delta, sum.weight);
      const mean = vectorOf(state, 'mean', weights.length).slice();
      const variance = vectorOf(state, 'variance', weights.length).slice();
      const moved = weights.slice();
      for (let i = 0; i < moved.length; i++) {
        const change = delta[i] as number;
        const m = beta1 * (mean[i] as number) + (1 - beta1) * change;
        const v = nextVariance(variance[i] as number, change * change);
        mean[i] = m;
        variance[i] = v;
        moved[i] = (weights[i] as number) + (serverRate * m) / (Math.sqrt(v) + tau);
      }
      return {
        weights: moved,
        state: { vectors: { mean, variance }, numbers: {} },
        changes: 1,
      };
    },
  };
}
