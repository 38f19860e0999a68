import { ADAPTIVE_RANGES, type AdaptiveOptions, createAdaptiveServer } from './adaptive-server.ts';
import { readOptions } from './read-options.ts';
import type { WeightedSumStrategy } from './strategy.ts';

/**
 * FedAdagrad (Reddi et al. 2021, algorithm 2): v ← v + Δ², so steps only ever shrink. The paper
 * sets β₁ = 0 for it, which is the default here.
 *
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createFedAdagrad(options: AdaptiveOptions = {}): WeightedSumStrategy {
  return createAdaptiveServer({
    name: 'fedadagrad',
    settings: readOptions('fedadagrad', ADAPTIVE_RANGES, { beta1: 0, ...options }),
    nextVariance: (variance, square) => variance + square,
  });
}
