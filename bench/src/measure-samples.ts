import { cpuSeconds } from './cpu-seconds.ts';

/** Repeats `run`, which works off so many samples, and returns samples per CPU-second. */
export async function measureSamples(options: {
  readonly samples: number;
  /** CPU-seconds to measure for, after one run that is not counted. */
  readonly seconds: number;
  readonly run: () => void | Promise<void>;
}): Promise<number> {
  const { samples, seconds, run } = options;
  await run();
  const start = cpuSeconds();
  let runs = 0;
  let spent = 0;
  while (spent < seconds) {
    await run();
    runs += 1;
    spent = cpuSeconds() - start;
  }
  return (runs * samples) / spent;
}
