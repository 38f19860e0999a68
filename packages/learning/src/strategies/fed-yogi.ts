import {
  ADAPTIVE_RANGES,
  type AdaptiveOptions,
  BETA_2,
  createAdaptiveServer,
} from './adaptive-server.ts';
import { readOptions } from './read-options.ts';
import type { WeightedSumStrategy } from './strategy.ts';

/**
 * FedYogi (Reddi et al. 2021, algorithm 2): v ← v − (1 − β₂) Δ² sign(v − Δ²): v grows at once and falls slowly.
 *
 * @param options.beta2 β₂, 0 to below 1; default 0.99.
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createFedYogi(
  options: AdaptiveOptions & { readonly beta2?: number } = {},
): WeightedSumStrategy {
  const ranges = { ...ADAPTIVE_RANGES, beta2: BETA_2 };
  const { beta2, ...settings } = readOptions('fedyogi', ranges, options);
  return createAdaptiveServer({
    name: 'fedyogi',
    settings,
    nextVariance: (variance, square) =>
      variance - (1 - beta2) * square * Math.sign(variance - square),
  });
}
