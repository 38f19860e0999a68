import { isDdaiError, type Logger } from '@ddai/core';
import { sql } from 'drizzle-orm';
import { createUuid, uuidToId } from '../database/ids.ts';
import { openSyncRun, type Refusal, type SyncRunRecord } from './sync-run-record.ts';
import { type SyncDependencies, syncSource } from './sync-source.ts';

export interface SyncRunner {
  /** Looks for runs to take up. Never throws. */
  readonly poll: () => void;
  /** Ends between two pages, and lets others take up what is not done. */
  stop(): Promise<void>;
}

interface Lease extends Record<string, unknown> {
  readonly tenant_id: string;
  readonly run_id: string;
}

const POLL_MILLISECONDS = 2000;
/** A gateway that has not renewed for so long is taken for dead. */
const LEASE_SECONDS = 30;
const RENEW_MILLISECONDS = 8000;
/** Runs of one gateway at the same time. */
const MOST_RUNS = 2;
/** A run that ended so many gateways is not given to another. */
const MOST_ATTEMPTS = 5;
const ABANDONED = 'SYNC_ABANDONED';

/** Works on syncs that are due, of all tenants; several gateways share them by leases in the database. */
export function createSyncRunner(
  dependencies: SyncDependencies & { readonly logger: Logger },
): SyncRunner {
  const { database, logger } = dependencies;
  const holder = createUuid();
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  let polling: Promise<void> | undefined;

  const work = async (record: SyncRunRecord, runId: string): Promise<void> => {
    const lost = new AbortController();
    const signal = AbortSignal.any([stopping.signal, lost.signal]);
    const renewal = setInterval(() => {
      record
        .renew(LEASE_SECONDS)
        .then((held) => (held ? undefined : lost.abort()))
        .catch((error: unknown) => logger.warn({ error: String(error) }, 'cannot renew a sync'));
    }, RENEW_MILLISECONDS);
    try {
      await syncSource(record, dependencies, signal);
      await record.end();
    } catch (error) {
      const failure = failureOf(error, signal);
      logger.warn({ run: uuidToId('syncRun', runId), error: String(error) }, 'a sync did not end');
      // Otherwise its lease runs out, and whoever is next goes on with it.
      if (failure !== undefined) await record.end(failure);
      else if (stopping.signal.aborted) await record.release();
    } finally {
      clearInterval(renewal);
    }
  };

  const take = async (): Promise<void> => {
    while (running.size < MOST_RUNS && !stopping.signal.aborted) {
      const { rows } = await database.asNobody((tx) =>
        tx.execute<Lease>(
          sql`SELECT * FROM lease_sync_run(${holder}, ${LEASE_SECONDS}, ${MOST_ATTEMPTS}, ${ABANDONED})`,
        ),
      );
      const [lease] = rows;
      if (lease === undefined) return;
      const { tenant_id: tenantId, run_id: runId } = lease;
      const current = work(openSyncRun(database, { tenantId, runId, holder }), runId)
        .catch((error: unknown) => logger.warn({ error: String(error) }, 'a sync is let go'))
        .finally(() => running.delete(current));
      running.add(current);
    }
  };

  const poll = (): void => {
    polling ??= take()
      .catch((error: unknown) => logger.warn({ error: String(error) }, 'cannot look for syncs'))
      .finally(() => {
        polling = undefined;
      });
  };
  const timer = setInterval(poll, POLL_MILLISECONDS);

  return {
    poll,
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await polling;
      await Promise.all(running);
    },
  };
}

/** Why the run failed for good; undefined when it should be taken up again. */
function failureOf(error: unknown, signal: AbortSignal): Refusal | undefined {
  if (signal.aborted || isDdaiError(error, 'SYNC_LEASE_LOST')) return undefined;
  if (!isDdaiError(error)) return { code: 'INTERNAL', detail: 'see the log of the gateway' };
  return error.code.startsWith('DATABASE_')
    ? undefined
    : { code: error.code, detail: error.message };
}
