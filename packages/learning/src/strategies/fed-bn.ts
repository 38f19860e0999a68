import { createFedAvg } from './fed-avg.ts';
import { readOptions, SERVER_RATE } from './read-options.ts';
import type { WeightedSumStrategy } from './strategy.ts';

/**
 * FedBN (Li et al. 2021, algorithm 1): averages as FedAvg does, except that every participant keeps
 * its own normalisation layers. It sends zeros for them (see `trainClient`), so the server's stay as
 * they began and no participant's statistics leave it.
 *
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createFedBn(options: { readonly serverRate?: number } = {}): WeightedSumStrategy {
  const { serverRate } = readOptions('fedbn', { serverRate: SERVER_RATE }, options);
  return {
    ...createFedAvg({ serverRate }),
    name: 'fedbn',
    instruct: () => ({ keepsNormalisation: true }),
  };
}
