import { DdaiError } from '@ddai/core';
import { and, desc, eq, isNotNull, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { idToUuid, uuidToId } from '../database/ids.ts';
import {
  knowledgeSyncPages,
  knowledgeSyncRuns,
  knowledgeSyncs,
} from '../database/schema/knowledge.ts';
import { findSource } from '../knowledge/find-source.ts';
import { isUniqueViolation } from '../tenants/create-tenant.ts';

export interface SyncSettings {
  /** Address of a sitemap on the public internet. */
  readonly sitemap: string;
  /** Minutes from one run to the next; null: only when asked. */
  readonly everyMinutes: number | null;
}

export interface SyncView extends SyncSettings {
  readonly nextAt: string | null;
}

export interface SyncRunView {
  readonly id: string;
  readonly cause: 'request' | 'schedule';
  readonly state: 'waiting' | 'running' | 'completed' | 'failed';
  readonly sitemap: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly failure: { readonly code: string; readonly detail: string | null } | null;
  /** Pages that the sitemap names; null until it is read. */
  readonly pages: number | null;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly refused: number;
}

export interface SyncProblem {
  readonly path: string;
  readonly code: string;
  readonly detail: string | null;
}

/** What a tenant says about syncs, and is told about them. */
export interface KnowledgeSyncs {
  /** Null where the gateway fetches nothing for this source. */
  read(tenantId: string, sourceId: string): Promise<SyncView | null>;
  /** The first run of a schedule is due at once. Null ends it; pages and runs stay. */
  set(tenantId: string, sourceId: string, settings: SyncSettings | null): Promise<SyncView | null>;
  /**
   * @param id UUID of the run; one that exists already is given back
   * @throws {DdaiError} `SYNC_NOT_SET`, `SYNC_UNDER_WAY`
   */
  start(tenantId: string, sourceId: string, id: string): Promise<SyncRunView>;
  /** Newest first. */
  listRuns(tenantId: string, sourceId: string): Promise<SyncRunView[]>;
  /** With the pages that were not taken in, in the order of their paths: the first thousand. */
  readRun(
    tenantId: string,
    sourceId: string,
    runId: string,
  ): Promise<SyncRunView & { readonly problems: SyncProblem[] }>;
}

/** Runs kept of a source; older ones are forgotten when a new one ends. */
export const KEPT_RUNS = 100;
const MOST_PROBLEMS = 1000;

export function createKnowledgeSyncs(
  database: Database,
  /** Called when a run is waiting. */
  onWaiting: () => void,
): KnowledgeSyncs {
  const findSettings = async (tenantId: string, source: string) => {
    const [row] = await database.asTenant(tenantId, (tx) =>
      tx.select().from(knowledgeSyncs).where(eq(knowledgeSyncs.sourceId, source)),
    );
    return row;
  };

  return {
    async read(tenantId, sourceId) {
      const row = await findSettings(tenantId, await findSource(database, tenantId, sourceId));
      return row === undefined ? null : rowToSync(row);
    },
    async set(tenantId, sourceId, settings) {
      const source = await findSource(database, tenantId, sourceId);
      if (settings === null) {
        await database.asTenant(tenantId, (tx) =>
          tx.delete(knowledgeSyncs).where(eq(knowledgeSyncs.sourceId, source)),
        );
        return null;
      }
      const nextAt = settings.everyMinutes === null ? null : sql`now()`;
      const values = { ...settings, nextAt };
      const [row] = await database.asTenant(tenantId, (tx) =>
        tx
          .insert(knowledgeSyncs)
          .values({ sourceId: source, tenantId, ...values })
          .onConflictDoUpdate({ target: knowledgeSyncs.sourceId, set: values })
          .returning(),
      );
      if (row === undefined) throw new Error('the insert returned no row');
      onWaiting();
      return rowToSync(row);
    },
    async start(tenantId, sourceId, id) {
      const source = await findSource(database, tenantId, sourceId);
      const settings = await findSettings(tenantId, source);
      if (settings === undefined)
        throw new DdaiError({
          code: 'SYNC_NOT_SET',
          message: 'this source has no sitemap that the gateway could read',
          remedy: 'Set one first: PUT /v1/knowledge-sources/{id}/sync.',
        });
      const { sitemap } = settings;
      const values = { id, tenantId, sourceId: source, cause: 'request' as const, sitemap };
      const [row] = await database
        .asTenant(tenantId, async (tx) => {
          await tx
            .insert(knowledgeSyncRuns)
            .values(values)
            .onConflictDoNothing({ target: knowledgeSyncRuns.id });
          return tx.select().from(knowledgeSyncRuns).where(eq(knowledgeSyncRuns.id, id));
        })
        .catch((cause: unknown) => {
          if (!isUniqueViolation(cause)) throw cause;
          throw new DdaiError({
            code: 'SYNC_UNDER_WAY',
            message: 'this source is being synced already',
            remedy: 'See how far it is: GET /v1/knowledge-sources/{id}/sync-runs.',
            cause,
          });
        });
      if (row === undefined) throw new Error('the insert left no row');
      onWaiting();
      return rowToRun(row);
    },
    async listRuns(tenantId, sourceId) {
      const source = await findSource(database, tenantId, sourceId);
      const rows = await database.asTenant(tenantId, (tx) =>
        tx
          .select()
          .from(knowledgeSyncRuns)
          .where(eq(knowledgeSyncRuns.sourceId, source))
          .orderBy(desc(knowledgeSyncRuns.createdAt))
          .limit(KEPT_RUNS),
      );
      return rows.map(rowToRun);
    },
    async readRun(tenantId, sourceId, runId) {
      const source = await findSource(database, tenantId, sourceId);
      const id = idToUuid('syncRun', runId);
      const [row, problems] = await database.asTenant(tenantId, async (tx) => {
        const [run] = await tx
          .select()
          .from(knowledgeSyncRuns)
          .where(and(eq(knowledgeSyncRuns.id, id), eq(knowledgeSyncRuns.sourceId, source)));
        const refused = await tx
          .select()
          .from(knowledgeSyncPages)
          .where(and(eq(knowledgeSyncPages.runId, id), isNotNull(knowledgeSyncPages.code)))
          .orderBy(knowledgeSyncPages.path)
          .limit(MOST_PROBLEMS);
        return [run, refused] as const;
      });
      if (row === undefined)
        throw new DdaiError({ code: 'NOT_FOUND', message: `no sync run ${runId} of this source` });
      return {
        ...rowToRun(row),
        problems: problems.map(({ path, code, detail }) => ({ path, code: code ?? '', detail })),
      };
    },
  };
}

const rowToSync = (row: typeof knowledgeSyncs.$inferSelect): SyncView => ({
  sitemap: row.sitemap,
  everyMinutes: row.everyMinutes,
  nextAt: row.nextAt?.toISOString() ?? null,
});

const rowToRun = (row: typeof knowledgeSyncRuns.$inferSelect): SyncRunView => ({
  id: uuidToId('syncRun', row.id),
  cause: row.cause,
  state: row.state,
  sitemap: row.sitemap,
  createdAt: row.createdAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
  failure: row.failure === null ? null : { code: row.failure, detail: row.detail },
  pages: row.pages,
  added: row.added,
  changed: row.changed,
  unchanged: row.unchanged,
  removed: row.removed,
  refused: row.refused,
});
