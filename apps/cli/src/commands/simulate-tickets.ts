import { setImmediate as nextTurn } from 'node:timers/promises';
import { DdaiError, systemRandomBytes } from '@ddai/core';
import { nodeCryptoSuite, parsePartition, simulateFederated, wilsonInterval } from '@ddai/learning';
import { readTrainable } from '../input/read-tickets.ts';
import { percent, printResult } from '../output/print-result.ts';
import { createProgressBar } from '../output/progress-bar.ts';

export interface SimulateTicketsFlags {
  readonly train: string;
  readonly test: string;
  readonly participants: number;
  readonly partition: string;
  readonly rounds: number;
  readonly epochs: number;
  readonly seed: string;
  readonly secure: boolean;
  readonly json: boolean;
}

/**
 * `ddai learn simulate` on two files of tickets: federated averaging as jobs run it, in one process,
 * with the real messages under `--secure`.
 */
export async function simulateTickets(flags: SimulateTicketsFlags): Promise<void> {
  const { participants, rounds, epochs, seed, secure, json } = flags;
  const [train, test] = [readTrainable(flags.train), readTrainable(flags.test, 1)];
  const bar = createProgressBar(process.stderr);
  const startedAt = performance.now();
  const result = await simulateFederated(
    {
      train,
      test,
      participants,
      partition: parsePartition(flags.partition),
      rounds,
      epochs,
      seed,
      secure,
      onProgress: ({ round, accuracy }) =>
        bar.update(round, rounds, `rounds, accuracy ${percent(accuracy)}`),
      pause: () => nextTurn(),
    },
    { suite: nodeCryptoSuite, randomBytes: systemRandomBytes },
  );
  bar.end();
  if (secure && result.equalSums !== result.rounds) {
    throw new DdaiError({
      code: 'INVARIANT_BROKEN',
      message: `only ${result.equalSums} of ${result.rounds} secure sums equal the plain ones`,
    });
  }
  const { user, system } = process.cpuUsage();
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuSeconds = (user + system) / 1e6;
  const peakMemoryBytes = process.resourceUsage().maxRSS * 1024;
  const { accuracy, accuracyByRound, bytesPerClientRound, equalSums } = result;
  const interval = wilsonInterval(Math.round(accuracy * test.length), test.length);
  printResult(
    {
      accuracy,
      accuracyInterval: interval,
      accuracyByRound,
      rounds: result.rounds,
      seconds,
      cpuSeconds,
      peakMemoryBytes,
      bytesPerClientRound,
      ...(secure ? { equalSums } : {}),
    },
    {
      json,
      lines: [
        `accuracy              ${percent(accuracy)}  (95 %: ${percent(interval.low)} to ${percent(interval.high)}, ${test.length} test tickets)`,
        `by round              ${accuracyByRound.map((value) => (value * 100).toFixed(1)).join('  ')}`,
        ...(secure
          ? [`secure = plain sum    ${equalSums} of ${result.rounds} rounds, bit for bit`]
          : []),
        `bytes / client-round  ${Math.round(bytesPerClientRound).toLocaleString('en')}`,
        `time                  ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} CPU-seconds, peak ${(peakMemoryBytes / 2 ** 20).toFixed(0)} MiB`,
      ],
    },
  );
}
