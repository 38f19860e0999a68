import { DdaiError } from '@ddai/core';
import { eq, sql } from 'drizzle-orm';
import type { Database, Transaction } from '../database/database.ts';
import { idToUuid } from '../database/ids.ts';
import { knowledgeSources } from '../database/schema/knowledge.ts';
import { retireShards } from './knowledge-shards.ts';

/** The UUID of a tenant's source. @throws {DdaiError} `NOT_FOUND`, `ID_INVALID` */
export async function findSource(
  database: Database,
  tenantId: string,
  sourceId: string,
): Promise<string> {
  const uuid = idToUuid('source', sourceId);
  const [row] = await database.asTenant(tenantId, (tx) =>
    tx
      .select({ id: knowledgeSources.id })
      .from(knowledgeSources)
      .where(eq(knowledgeSources.id, uuid)),
  );
  if (row === undefined)
    throw new DdaiError({ code: 'NOT_FOUND', message: `no knowledge source ${sourceId}` });
  return uuid;
}

/** Makes indexes and shards stale that were built before. In the transaction of the change. */
export async function raiseRevision(tx: Transaction, source: string): Promise<void> {
  const [row] = await tx
    .update(knowledgeSources)
    .set({ revision: sql`${knowledgeSources.revision} + 1` })
    .where(eq(knowledgeSources.id, source))
    .returning({ tenantId: knowledgeSources.tenantId });
  if (row !== undefined) await retireShards(tx, row.tenantId);
}
