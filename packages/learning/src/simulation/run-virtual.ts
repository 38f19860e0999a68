import { runVirtualAsynchronously } from './run-virtual-asynchronously.ts';
import { runVirtualRounds } from './run-virtual-rounds.ts';
import type { VirtualRun, VirtualRunInput } from './virtual-run.ts';

/**
 * Trains a population of virtual participants as its strategy wants it: in rounds, or
 * asynchronously under FedBuff.
 * @throws {DdaiError} `SIMULATION_INVALID`, `STRATEGY_…`, `TRAINING_DIVERGED`.
 */
export function runVirtual(input: VirtualRunInput): Promise<VirtualRun> {
  return input.plan.strategy.name === 'fedbuff'
    ? runVirtualAsynchronously(input)
    : runVirtualRounds(input);
}
