import { setImmediate as nextTurn } from 'node:timers/promises';
import { systemRandomBytes } from '@ddai/core';
import { evaluateIntents, nodeCryptoSuite, simulateFederated } from '@ddai/learning';
import type { Bar } from './bar.ts';
import { readBanking77 } from './bench-data.ts';
import { cpuSeconds } from './cpu-seconds.ts';

const ROUNDS = 30;
const EARLY_ROUND = 10;

/** banking77 over 20 participants, IID, five local epochs, under secure aggregation. */
export async function benchFederated(dataDirectory: string): Promise<Bar[]> {
  const [train, test] = [
    readBanking77(dataDirectory, 'train'),
    readBanking77(dataDirectory, 'test'),
  ];
  const result = await simulateFederated(
    {
      train,
      test,
      participants: 20,
      partition: { kind: 'iid' },
      rounds: ROUNDS,
      epochs: 5,
      seed: 1,
      secure: true,
      onProgress: ({ round, accuracy }) =>
        process.stderr.write(`round ${round}/${ROUNDS}: ${(accuracy * 100).toFixed(2)} %\n`),
      pause: () => nextTurn(),
    },
    { suite: nodeCryptoSuite, randomBytes: systemRandomBytes },
  );
  const stopwatch = { seconds: () => performance.now() / 1000, cpuSeconds };
  const reference = {
    name: 'centralised',
    value: evaluateIntents({ train, test, stopwatch }).accuracy,
  };
  return [
    {
      name: `accuracy, round ${EARLY_ROUND}`,
      value: result.accuracyByRound[EARLY_ROUND - 1] ?? 0,
      unit: 'accuracy',
      bound: { atLeast: 0.9 },
      reference,
    },
    {
      name: `accuracy, round ${ROUNDS}`,
      value: result.accuracy,
      unit: 'accuracy',
      bound: { atLeast: 0.9 },
      reference,
    },
    {
      name: 'secure sums equal to plain',
      value: result.equalSums ?? 0,
      unit: `rounds of ${ROUNDS}`,
      bound: { atLeast: ROUNDS },
    },
    {
      name: 'bytes per client-round',
      value: result.bytesPerClientRound,
      unit: 'bytes',
      bound: { atMost: result.parameters * 8 },
      reference: { name: 'float32 both ways', value: result.parameters * 8 },
    },
  ];
}
