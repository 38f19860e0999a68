import { createHash, randomUUID } from 'node:crypto';
import { bytesToUtf8, canonicalJson, isDdaiError } from '@ddai/core';
import type { DdaiClient, NewTrainingJob, TrainingJob } from '@ddai/sdk';
import { createFileStore } from '@ddai/storage';

/** A training job that a run ordered and did not see through. */
interface Order {
  readonly idempotencyKey: string;
  /** SHA-256 of the request. */
  readonly request: string;
  /** Unknown when the run died before the gateway's answer. */
  readonly jobId?: string;
}

export interface OrderedTraining {
  readonly job: TrainingJob;
  /** Rounds that closed in a run that was interrupted; 0 for a new job. */
  readonly inherited: number;
  /** Call it when the result was shown. */
  close(): void;
}

const ORDER_KEY = 'training-order.json';
const UNDER_WAY: readonly TrainingJob['state'][] = ['waiting', 'running', 'completed'];

/**
 * Orders a training job, or finds the one that an interrupted run ordered with the same terms:
 * nobody pays for its rounds twice. One with other terms is cancelled.
 */
export async function orderTraining(
  client: DdaiClient,
  { directory, request }: { directory: string; request: NewTrainingJob },
): Promise<OrderedTraining> {
  const store = createFileStore(directory);
  const close = (): void => store.delete(ORDER_KEY);
  const digest = createHash('sha256').update(canonicalJson(request)).digest('hex');
  const left = readOrder(store.get(ORDER_KEY));
  const found = left?.jobId === undefined ? undefined : await findJob(client, left.jobId);
  const isSame = left?.request === digest;
  if (isSame && found !== undefined && UNDER_WAY.includes(found.state))
    return { job: found, inherited: found.progress?.closedRounds ?? 0, close };
  if (found?.state === 'waiting' || found?.state === 'running') await cancel(client, found.id);

  const isUnanswered = isSame && left?.jobId === undefined;
  const idempotencyKey = isUnanswered ? left.idempotencyKey : randomUUID();
  const order: Order = { idempotencyKey, request: digest };
  store.put(ORDER_KEY, JSON.stringify(order));
  const job = await client.createTrainingJob(request, idempotencyKey);
  store.put(ORDER_KEY, JSON.stringify({ ...order, jobId: job.id } satisfies Order));
  return { job, inherited: 0, close };
}

function readOrder(bytes: Uint8Array | undefined): Order | undefined {
  return bytes === undefined ? undefined : (JSON.parse(bytesToUtf8(bytes)) as Order);
}

async function findJob(client: DdaiClient, id: string): Promise<TrainingJob | undefined> {
  try {
    return await client.readTrainingJob(id);
  } catch (error) {
    if (isDdaiError(error, 'NOT_FOUND')) return undefined; // Its database was erased.
    throw error;
  }
}

async function cancel(client: DdaiClient, id: string): Promise<void> {
  try {
    await client.cancelTrainingJob(id);
  } catch (error) {
    if (!isDdaiError(error, 'STATE_CONFLICT')) throw error; // It ended meanwhile.
  }
}
