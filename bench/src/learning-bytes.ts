import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemRandomBytes } from '@ddai/core';
import {
  COMPRESSED_AGGREGATION,
  DEFAULT_FEATURISER,
  nodeCryptoSuite,
  type SimulationOptions,
  type SimulationResult,
  simulateFederated,
} from '@ddai/learning';
import type { Bar } from './bar.ts';
import { readBanking77 } from './bench-data.ts';

const ROUNDS = 30;
/** As fine as single precision for updates within ±16: the reference. */
const FINE_BITS = 24;
const FEW_BITS = [3, 4] as const;
const LARGEST_SMALL_COHORT = 32;

/** Quantisation to 3 and 4 bits, banking77 over 20 participants, IID, E 5, seed 1; then bytes. */
export async function benchBytes(dataDirectory: string): Promise<Bar[]> {
  const train = readBanking77(dataDirectory, 'train');
  const test = readBanking77(dataDirectory, 'test');
  const run = (
    options: Pick<SimulationOptions, 'participants' | 'rounds' | 'epochs'> &
      Partial<SimulationOptions>,
  ): Promise<SimulationResult> =>
    simulateFederated(
      { train, test, partition: { kind: 'iid' }, seed: 1, pause: () => nextTurn(), ...options },
      { suite: nodeCryptoSuite, randomBytes: systemRandomBytes },
    );
  const task = { participants: 20, rounds: ROUNDS, epochs: 5 };
  const { clip, errorFeedback, downloadBits } = COMPRESSED_AGGREGATION;
  const compression = { errorFeedback, downloadBits };

  const bars: Bar[] = [];
  const fine = await run({ ...task, bits: FINE_BITS });
  for (const bits of FEW_BITS) {
    const few = await run({ ...task, bits, clip, compression });
    bars.push({
      name: `points lost by ${bits} bits, round ${ROUNDS}`,
      value: (fine.accuracy - few.accuracy) * 100,
      unit: `points of accuracy, from ${(few.accuracy * 100).toFixed(2)} %`,
      bound: { atMost: 0.3 },
    });
    bars.push({
      name: `bytes per client-round, ${bits} bits, 20 participants`,
      value: few.bytesPerClientRound,
      unit: 'bytes both ways',
      bound: { atMost: few.parameters * 2 },
      reference: { name: 'float32', value: few.parameters * 8 },
    });
  }
  const { bits } = COMPRESSED_AGGREGATION;
  // The small space makes the keys, shares and signatures of the protocol weigh the most.
  const secure = await run({
    participants: LARGEST_SMALL_COHORT,
    rounds: 3,
    epochs: 1,
    bits,
    clip,
    compression,
    secure: true,
    featuriser: { ...DEFAULT_FEATURISER, dimension: 2 ** 13 },
  });
  bars.push({
    name: `bytes per client-round, ${bits} bits, ${LARGEST_SMALL_COHORT} participants, secure`,
    value: secure.bytesPerClientRound,
    unit: 'bytes both ways, all messages',
    bound: { atMost: secure.parameters * 2 },
    reference: { name: 'float32', value: secure.parameters * 8 },
  });
  return bars;
}
