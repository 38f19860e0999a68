import { eq, sql } from 'drizzle-orm';
import { lockQuotes } from '../database/advisory-locks.ts';
import type { Transaction } from '../database/database.ts';
import { knowledgeSources } from '../database/schema/knowledge.ts';

/** Documents named in one statement. */
const BATCH = 1000;

/**
 * Erases what stored answers quote from documents that are being deleted: text, citations, evidence,
 * responses kept for repeats. In the transaction that deletes them, so that none goes without the other.
 * @param source the UUID of their source
 */
export async function eraseQuotes(
  tx: Transaction,
  source: string,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  const [row] = await tx
    .select({ name: knowledgeSources.name, tenantId: knowledgeSources.tenantId })
    .from(knowledgeSources)
    .where(eq(knowledgeSources.id, source));
  if (row === undefined) return;
  await lockQuotes(tx, row.tenantId);
  const ids = paths.map((path) => `${row.name}/${path}`);
  for (let start = 0; start < ids.length; start += BATCH) {
    const batch = sql.param(ids.slice(start, start + BATCH));
    await tx.execute(sql`SELECT erase_quotes(${batch}::text[])`);
  }
}
