import { DdaiError } from '@ddai/core';
import { simulateTickets } from './simulate-tickets.ts';
import { type SimulateVirtualFlags, simulateVirtual } from './simulate-virtual.ts';

export type LearnSimulateFlags = SimulateVirtualFlags & {
  readonly seed: string;
  readonly secure: boolean;
};

/** Any of these asks for the engine of virtual participants. */
const ENGINE_FLAGS = [
  'data',
  'strategy',
  'model',
  'attack',
  'cohort',
  'seeds',
  'bits',
  'downloadBits',
  'learningRate',
  'batch',
  'optimiser',
  'plot',
  'workers',
] as const satisfies readonly (keyof LearnSimulateFlags)[];

/**
 * `ddai learn simulate`: tickets with `--train`, `--test` and nothing more run the rounds of a real
 * job; everything else trains virtual participants on threads.
 */
export async function learnSimulate(flags: LearnSimulateFlags): Promise<void> {
  const asked = ENGINE_FLAGS.filter((name) => flags[name] !== undefined);
  const { train, test, json, secure } = flags;
  if (asked.length > 0 || typeof json === 'string') {
    if (!secure) return simulateVirtual(flags);
    throw new DdaiError({
      code: 'SIMULATION_INVALID',
      message: `--secure runs the rounds of a ticket job; it goes with --train and --test, not with ${asked.join(', ') || '--json FILE'}`,
      remedy: 'Leave --secure out, or the other flags.',
    });
  }
  if (train === undefined || test === undefined) {
    throw new DdaiError({
      code: 'FLAG_MISSING',
      message: 'give --train FILE and --test FILE, or --data FILE with --schema FILE',
      remedy: 'See ddai learn simulate --help.',
    });
  }
  await simulateTickets({ ...flags, train, test, json: json === true });
}
