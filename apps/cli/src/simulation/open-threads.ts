import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DdaiError } from '@ddai/core';
import type { ClosablePool, PopulationThread } from '@ddai/learning';
import { Tinypool } from 'tinypool';
import type { Outcome } from './virtual-tasks.ts';

/** Source and built files lie beside each other in the same way. */
const TASKS = new URL(`./virtual-tasks${extname(import.meta.url)}`, import.meta.url);
const FROM_SOURCE = extname(import.meta.url) === '.ts';

/** Threads that share the memory of one simulation. */
export async function openThreads(
  thread: PopulationThread,
  workers: number,
): Promise<ClosablePool> {
  const pool = new Tinypool({
    filename: fileURLToPath(TASKS),
    minThreads: workers,
    maxThreads: workers,
    workerData: thread,
    execArgv: FROM_SOURCE ? ['--conditions=@ddai/source'] : [],
  });
  const run = async <T>(name: 'train' | 'evaluate', task: unknown): Promise<T> => {
    const outcome = (await pool.run(task, { name })) as Outcome<T>;
    if ('failure' in outcome) throw new DdaiError(outcome.failure);
    return outcome.value;
  };
  return {
    workers,
    train: (task) => run('train', task),
    evaluate: (task) => run('evaluate', task),
    close: () => pool.destroy(),
  };
}
