import { createFedAvg } from './fed-avg.ts';
import { readOptions, SERVER_RATE } from './read-options.ts';
import type { WeightedSumStrategy } from './strategy.ts';

/**
 * FedProx (Li et al. 2020, equation 2): each participant minimises its loss plus
 * (μ/2) ‖w − w₀‖², which holds it near the model w₀ that it was sent; the server averages as
 * FedAvg does.
 *
 * @param options.proximal μ, from 0.
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createFedProx(options: {
  readonly proximal: number;
  readonly serverRate?: number;
}): WeightedSumStrategy {
  const { proximal, serverRate } = readOptions(
    'fedprox',
    { proximal: { low: 0, high: 1e6 }, serverRate: SERVER_RATE },
    options,
  );
  return { ...createFedAvg({ serverRate }), name: 'fedprox', instruct: () => ({ proximal }) };
}
