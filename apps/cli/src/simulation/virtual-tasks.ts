import { DdaiError, type DdaiErrorOptions } from '@ddai/core';
import {
  createPopulationWorker,
  type EvaluateTask,
  type PopulationThread,
  type TrainReport,
  type TrainTask,
} from '@ddai/learning';
import { Tinypool } from 'tinypool';
import { createKernel } from './create-kernel.ts';

/** What crosses back from a thread: errors lose their class on the way. */
export type Outcome<T> = { readonly value: T } | { readonly failure: DdaiErrorOptions<string> };

const worker = createPopulationWorker(
  Tinypool.workerData as PopulationThread,
  await createKernel(),
);

export function train(task: TrainTask): Outcome<TrainReport> {
  return attempt(() => worker.train(task));
}

export function evaluate(task: EvaluateTask): Outcome<ReturnType<typeof worker.evaluate>> {
  return attempt(() => worker.evaluate(task));
}

function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof DdaiError)) throw error;
    const { code, message, remedy, fields } = error;
    return { failure: { code, message, fields, ...(remedy === undefined ? {} : { remedy }) } };
  }
}
