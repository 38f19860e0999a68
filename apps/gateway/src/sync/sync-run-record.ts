import { DdaiError } from '@ddai/core';
import { and, desc, eq, isNull, notInArray, sql } from 'drizzle-orm';
import type { Database, Transaction } from '../database/database.ts';
import { knowledgeSyncPages, knowledgeSyncRuns } from '../database/schema/knowledge.ts';
import { KEPT_RUNS } from './knowledge-syncs.ts';

/** A run that this gateway holds. */
export interface HeldRun {
  readonly tenantId: string;
  /** UUIDs. */
  readonly runId: string;
  readonly holder: string;
}

export type PageOutcome = 'added' | 'changed' | 'unchanged' | 'removed' | 'refused';

/** Only the database knows how far a run is: whoever takes it up goes on from there. */
export interface SyncRunRecord {
  /** The run's row. @throws {DdaiError} `SYNC_LEASE_LOST` */
  read(): Promise<typeof knowledgeSyncRuns.$inferSelect>;
  /** Pages that it is through with. */
  finished(): Promise<ReadonlySet<string>>;
  setPages(pages: number): Promise<void>;
  /**
   * Counts a page once, in the transaction of its change.
   * @throws {DdaiError} `SYNC_LEASE_LOST` when another gateway has the run: the change is undone
   */
  count(tx: Transaction, path: string, outcome: PageOutcome, refusal?: Refusal): Promise<void>;
  /** @returns whether it is still held */
  renew(seconds: number): Promise<boolean>;
  /** Lets another take it up at once. */
  release(): Promise<void>;
  end(failure?: Refusal): Promise<void>;
}

export interface Refusal {
  readonly code: string;
  readonly detail: string;
}

const MAX_DETAIL_LENGTH = 500;

export function openSyncRun(
  database: Database,
  { tenantId, runId, holder }: HeldRun,
): SyncRunRecord {
  const held = and(
    eq(knowledgeSyncRuns.id, runId),
    eq(knowledgeSyncRuns.leasedBy, holder),
    eq(knowledgeSyncRuns.state, 'running'),
  );
  const lost = (): DdaiError =>
    new DdaiError({
      code: 'SYNC_LEASE_LOST',
      message: 'this gateway no longer holds the sync run',
    });
  const update = async (
    tx: Transaction,
    values: Parameters<ReturnType<typeof tx.update<typeof knowledgeSyncRuns>>['set']>[0],
  ): Promise<typeof knowledgeSyncRuns.$inferSelect> => {
    const [row] = await tx.update(knowledgeSyncRuns).set(values).where(held).returning();
    if (row === undefined) throw lost();
    return row;
  };

  return {
    async read() {
      const [row] = await database.asTenant(tenantId, (tx) =>
        tx.select().from(knowledgeSyncRuns).where(held),
      );
      if (row === undefined) throw lost();
      return row;
    },
    async finished() {
      const rows = await database.asTenant(tenantId, (tx) =>
        tx
          .select({ path: knowledgeSyncPages.path })
          .from(knowledgeSyncPages)
          .where(eq(knowledgeSyncPages.runId, runId)),
      );
      return new Set(rows.map(({ path }) => path));
    },
    async setPages(pages) {
      await database.asTenant(tenantId, (tx) => update(tx, { pages }));
    },
    async count(tx, path, outcome, refusal) {
      const column = knowledgeSyncRuns[outcome];
      await update(tx, { [outcome]: sql`${column} + 1` });
      const { code = null, detail = null } = refusal ?? {};
      await tx
        .insert(knowledgeSyncPages)
        .values({ runId, tenantId, path, code, detail: detail?.slice(0, MAX_DETAIL_LENGTH) })
        .onConflictDoNothing();
    },
    async renew(seconds) {
      const leasedUntil = sql`now() + make_interval(secs => ${seconds})`;
      const rows = await database.asTenant(tenantId, (tx) =>
        tx.update(knowledgeSyncRuns).set({ leasedUntil }).where(held).returning(),
      );
      return rows.length > 0;
    },
    async release() {
      // A gateway that ends in order is no sign of a run that ends gateways.
      const attempts = sql`${knowledgeSyncRuns.attempts} - 1`;
      await database.asTenant(tenantId, (tx) =>
        tx
          .update(knowledgeSyncRuns)
          .set({ leasedUntil: null, leasedBy: null, attempts })
          .where(held),
      );
    },
    async end(failure) {
      await database.asTenant(tenantId, async (tx) => {
        const { sourceId } = await update(tx, {
          state: failure === undefined ? 'completed' : 'failed',
          failure: failure?.code ?? null,
          detail: failure?.detail.slice(0, MAX_DETAIL_LENGTH) ?? null,
          endedAt: sql`now()`,
          leasedUntil: null,
        });
        await tx
          .delete(knowledgeSyncPages)
          .where(and(eq(knowledgeSyncPages.runId, runId), isNull(knowledgeSyncPages.code)));
        const ofSource = eq(knowledgeSyncRuns.sourceId, sourceId);
        const newest = tx
          .select({ id: knowledgeSyncRuns.id })
          .from(knowledgeSyncRuns)
          .where(ofSource)
          .orderBy(desc(knowledgeSyncRuns.createdAt))
          .limit(KEPT_RUNS);
        await tx
          .delete(knowledgeSyncRuns)
          .where(and(ofSource, notInArray(knowledgeSyncRuns.id, newest)));
      });
    },
  };
}
