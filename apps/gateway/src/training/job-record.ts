import { bytesToUtf8, utf8ToBytes } from '@ddai/core';
import type { BlobStore, EventLog, RecordedEvent } from '@ddai/learning';
import { asc, eq } from 'drizzle-orm';
import type { ContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import { trainingEvents } from '../database/schema/training.ts';

export interface JobRecordOptions {
  readonly tenantId: string;
  /** UUID of the job. */
  readonly jobId: string;
}

/**
 * A job's event log in Postgres. An event is committed when `append` resolves; its position is
 * the primary key, so that of two coordinators of one job only one goes on.
 */
export function createPostgresEventLog(
  database: Database,
  { tenantId, jobId }: JobRecordOptions,
): EventLog {
  return {
    append: (recorded) =>
      database.asTenant(tenantId, async (tx) => {
        const event = utf8ToBytes(JSON.stringify(recorded));
        await tx
          .insert(trainingEvents)
          .values({ tenantId, jobId, position: recorded.index, event });
      }),
  };
}

/** All events of a job, in order. */
export async function readJobEvents(
  database: Database,
  { tenantId, jobId }: JobRecordOptions,
): Promise<RecordedEvent[]> {
  const rows = await database.asTenant(tenantId, (tx) =>
    tx
      .select({ event: trainingEvents.event })
      .from(trainingEvents)
      .where(eq(trainingEvents.jobId, jobId))
      .orderBy(asc(trainingEvents.position)),
  );
  return rows.map(({ event }) => JSON.parse(bytesToUtf8(event)) as RecordedEvent);
}

/** Models and masked uploads in the content store. */
export function createContentBlobStore(content: ContentStore): BlobStore {
  return {
    put: async (_hash, bytes) => {
      await content.put(bytes);
    },
    get: async (hash) => ((await content.has(hash)) ? content.read(hash) : undefined),
  };
}
