import { type Clock, DdaiError, isDdaiError, type Logger } from '@ddai/core';
import type { CryptoSuite } from '@ddai/learning';
import { FRAME_KINDS } from '@ddai/protocol';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { Address } from 'viem';
import type { ContentStore } from '../content/content-store.ts';
import type { UploadStore } from '../content/upload-store.ts';
import type { Database } from '../database/database.ts';
import { createUuid, idToUuid, uuidToId } from '../database/ids.ts';
import { tenants } from '../database/schema/tenants.ts';
import { trainedModels, trainingJobs } from '../database/schema/training.ts';
import type { GatewayMetrics } from '../metrics.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';
import type { FrameHandler } from '../nodes/node-server.ts';
import type { PayerCredit } from '../payments/payer-credit.ts';
import type { VoucherBook } from '../payments/voucher-book.ts';
import { createJobPlan, type JobPlan, jobBudget, type NewTrainingJob } from './job-plan.ts';
import { type JobRunner, startJobRunner } from './job-runner.ts';

export interface TrainingServiceDependencies {
  readonly database: Database;
  readonly content: ContentStore;
  readonly outbox: ContentStore;
  readonly uploads: UploadStore;
  readonly directory: NodeDirectory;
  readonly voucherBook: VoucherBook;
  readonly payerCredit: PayerCredit;
  readonly suite: CryptoSuite;
  readonly readSigner: (operator: Address) => Promise<Address | undefined>;
  readonly metrics: GatewayMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

export type JobRow = typeof trainingJobs.$inferSelect;

export interface TrainingService {
  /**
   * Stores the job; a gateway takes it up within a second.
   * @param id a UUID; the job that has it already is given back.
   */
  create(
    caller: { tenantId: string; payer: Address },
    request: NewTrainingJob,
    id: string,
  ): Promise<JobRow>;
  list(tenantId: string): Promise<JobRow[]>;
  /** @throws {DdaiError} `NOT_FOUND`, `ID_INVALID` */
  find(tenantId: string, id: string): Promise<JobRow>;
  /** Ends a job; rounds that closed stay paid. @throws {DdaiError} `STATE_CONFLICT` */
  cancel(tenantId: string, id: string): Promise<void>;
  readonly handlers: ReadonlyMap<number, FrameHandler>;
  stop(): Promise<void>;
}

const LEASE_SECONDS = 10;
const POLL_MILLISECONDS = 500;
const RENEW_MILLISECONDS = 3000;

interface Running {
  readonly tenantId: string;
  readonly runner: JobRunner;
}

interface LeaseRow extends Record<string, unknown> {
  tenant_id: string;
  job_id: string;
}

/** Creates jobs, and coordinates those that this process holds a lease on. */
export function createTrainingService(dependencies: TrainingServiceDependencies): TrainingService {
  const { database, content, metrics, logger, payerCredit } = dependencies;
  const holder = createUuid();
  const running = new Map<string, Running>();
  let stopped = false;

  const update = (
    tenantId: string,
    jobId: string,
    set: Partial<typeof trainingJobs.$inferInsert>,
  ): Promise<unknown> =>
    database.asTenant(tenantId, (tx) =>
      tx.update(trainingJobs).set(set).where(eq(trainingJobs.id, jobId)),
    );

  const complete = async (
    { tenantId, jobId, row }: { tenantId: string; jobId: string; row: JobRow },
    modelBytes: Uint8Array,
  ): Promise<void> => {
    const sha256 = await content.put(modelBytes);
    const status = running.get(jobId)?.runner.status();
    const metricsOfRounds = status?.closedRounds.map(({ metrics: round }) => round) ?? [];
    await database.asTenant(tenantId, async (tx) => {
      const id = createUuid();
      const values = {
        id,
        tenantId,
        jobId,
        name: row.name,
        sha256,
        bytes: modelBytes.length,
        metrics: { rounds: metricsOfRounds },
      };
      await tx
        .insert(trainedModels)
        .values(values)
        .onConflictDoNothing({ target: trainedModels.jobId });
      const [model] = await tx
        .select({ id: trainedModels.id })
        .from(trainedModels)
        .where(eq(trainedModels.jobId, jobId));
      await tx
        .update(trainingJobs)
        .set({
          state: 'completed',
          modelId: model?.id ?? id,
          progress: status === undefined ? null : describeProgress(status),
        })
        .where(eq(trainingJobs.id, jobId));
    });
  };

  const take = async ({ tenant_id: tenantId, job_id: jobId }: LeaseRow): Promise<void> => {
    const { row, payer } = await database.asTenant(tenantId, async (tx) => {
      const [job] = await tx.select().from(trainingJobs).where(eq(trainingJobs.id, jobId));
      const [tenant] = await tx.select({ payer: tenants.payer }).from(tenants);
      if (job === undefined || tenant === undefined) throw new Error('a leased job has no row');
      return { row: job, payer: tenant.payer as Address };
    });
    // Only from `waiting`: what was cancelled or completed meanwhile stays so.
    await database.asTenant(tenantId, (tx) =>
      tx
        .update(trainingJobs)
        .set({ state: 'running' })
        .where(and(eq(trainingJobs.id, jobId), eq(trainingJobs.state, 'waiting'))),
    );
    const runner = await startJobRunner(
      { tenantId, jobId, payer, plan: row.terms as JobPlan },
      {
        ...dependencies,
        onRoundClosed: () => metrics.trainingRounds.inc({ outcome: 'closed' }),
        onCompleted: ({ modelBytes }) => complete({ tenantId, jobId, row }, modelBytes),
      },
    );
    running.set(jobId, { tenantId, runner });
    logger.info(
      { job: uuidToId('job', jobId), resumed: row.state === 'running' },
      'coordinating a training job',
    );
  };

  const poll = async (): Promise<void> => {
    const { rows } = await database.asNobody((tx) =>
      tx.execute<LeaseRow>(sql`SELECT * FROM lease_training_job(${holder}, ${LEASE_SECONDS})`),
    );
    for (const lease of rows) if (!running.has(lease.job_id)) await take(lease);
  };

  const letGo = (jobId: string): void => {
    running.get(jobId)?.runner.stop();
    running.delete(jobId);
  };

  const renewOne = async (jobId: string, { tenantId, runner }: Running): Promise<void> => {
    const status = runner.status();
    const progress = describeProgress(status, runner.refusals());
    const held = await database.asTenant(tenantId, (tx) =>
      tx
        .update(trainingJobs)
        .set({ leasedUntil: sql`now() + make_interval(secs => ${LEASE_SECONDS})`, progress })
        .where(and(eq(trainingJobs.id, jobId), eq(trainingJobs.leasedBy, holder)))
        .returning({ state: trainingJobs.state }),
    );
    if (held[0]?.state === 'cancelled') await runner.cancel();
    else if (status.status === 'failed') {
      const failure = status.failure ?? 'UNKNOWN';
      await update(tenantId, jobId, { state: 'failed', failure, progress });
    }
    // Lost to another gateway, or over: the log is in the database either way.
    if (held[0]?.state !== 'running' || status.status === 'failed') letGo(jobId);
  };

  const renew = async (): Promise<void> => {
    for (const [jobId, entry] of running) {
      try {
        await renewOne(jobId, entry);
      } catch (error) {
        if (!isDdaiError(error, 'COORDINATOR_HALTED')) throw error;
        // Its log or store failed: whoever is next, maybe we, goes on from the log.
        logger.error(
          { job: uuidToId('job', jobId) },
          'a coordinator halted; its job is free again',
        );
        letGo(jobId);
        await update(entry.tenantId, jobId, { leasedUntil: null });
      }
    }
  };

  const loop = (work: () => Promise<void>, milliseconds: number): (() => Promise<void>) => {
    let current: Promise<void> | undefined;
    const timer = setInterval(() => {
      current ??= work()
        .catch((error: unknown) =>
          logger.warn({ error: String(error) }, 'training jobs: a background pass failed'),
        )
        .finally(() => {
          current = undefined;
        });
    }, milliseconds);
    return async () => {
      clearInterval(timer);
      await current;
    };
  };
  const stops = [loop(poll, POLL_MILLISECONDS), loop(renew, RENEW_MILLISECONDS)];

  const find = async (tenantId: string, id: string): Promise<JobRow> => {
    const [row] = await database.asTenant(tenantId, (tx) =>
      tx
        .select()
        .from(trainingJobs)
        .where(eq(trainingJobs.id, idToUuid('job', id))),
    );
    if (row === undefined)
      throw new DdaiError({ code: 'NOT_FOUND', message: `no training job ${id}` });
    const runner = running.get(row.id)?.runner;
    if (runner === undefined || row.state !== 'running') return row;
    try {
      return { ...row, progress: describeProgress(runner.status(), runner.refusals()) };
    } catch (error) {
      if (isDdaiError(error, 'COORDINATOR_HALTED')) return row; // About to be taken up again.
      throw error;
    }
  };

  const receive: FrameHandler = async (session, frame) => {
    const { jobId } = frame.body as { jobId?: unknown };
    const entry = typeof jobId === 'string' ? running.get(idToUuid('job', jobId)) : undefined;
    if (entry === undefined)
      throw new DdaiError({
        code: 'JOB_NOT_HERE',
        message: 'this gateway does not coordinate that job',
        retryable: true,
      });
    await entry.runner.receive(session, frame);
    return undefined;
  };

  return {
    find,
    async create({ tenantId, payer }, request, id) {
      const [earlier] = await database.asTenant(tenantId, (tx) =>
        tx.select().from(trainingJobs).where(eq(trainingJobs.id, id)),
      );
      if (earlier !== undefined) return earlier;
      const plan = createJobPlan(uuidToId('job', id), request);
      const values = { id, tenantId, name: request.name, terms: plan, state: 'waiting' as const };
      const amount = jobBudget(plan);
      const [row] = await payerCredit.reserve({ tenantId, payer, amount }, (tx) =>
        tx.insert(trainingJobs).values(values).returning(),
      );
      if (row === undefined) throw new Error('the insert returned no row');
      return row;
    },
    list: (tenantId) =>
      database.asTenant(tenantId, (tx) =>
        tx.select().from(trainingJobs).orderBy(desc(trainingJobs.id)).limit(100),
      ),
    async cancel(tenantId, id) {
      const row = await find(tenantId, id);
      if (row.state !== 'waiting' && row.state !== 'running') {
        throw new DdaiError({ code: 'STATE_CONFLICT', message: `the job is ${row.state} already` });
      }
      // Whoever coordinates it, here or elsewhere, sees this state at its next renewal and stops.
      await update(tenantId, row.id, { state: 'cancelled' });
      await running.get(row.id)?.runner.cancel();
      letGo(row.id);
    },
    handlers: new Map<number, FrameHandler>([
      [FRAME_KINDS.trainingMessage, receive],
      [FRAME_KINDS.trainingReference, receive],
    ]),
    async stop() {
      if (stopped) return;
      stopped = true;
      for (const stop of stops) await stop();
      for (const { runner } of running.values()) runner.stop();
    },
  };
}

function describeProgress(
  status: ReturnType<JobRunner['status']>,
  refusals: ReadonlyMap<string, string> = new Map(),
): object {
  const { phase, closedRounds, rounds, present, participants } = status;
  return {
    phase,
    closedRounds: closedRounds.length,
    rounds,
    participants: participants.size,
    present: present.length,
    refusals: [...refusals].map(([node, code]) => ({ node, code })),
    roundMetrics: closedRounds.map(({ metrics, survivors }) => ({
      ...metrics,
      survivors: survivors.length,
    })),
  };
}
