import { eq, inArray, sql } from 'drizzle-orm';
import type { Transaction } from '../database/database.ts';
import { knowledgeDocuments, knowledgeSources } from '../database/schema.ts';
import { lockShards } from './knowledge-shards.ts';

/** Documents named in one statement. */
const BATCH = 1000;
/** `source/path`, as citations name it. */
const documentId = sql<string>`${knowledgeSources.name} || '/' || ${knowledgeDocuments.path}`;

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
  // An answer that is being stored is stored first, or sees what is gone: `eraseIfGone`.
  await lockShards(tx, row.tenantId);
  await eraseAll(
    tx,
    paths.map((path) => `${row.name}/${path}`),
  );
}

/**
 * Erases the quotes of an answer just stored in this transaction whose pages were deleted while it was
 * made; says whether it did.
 */
export async function eraseIfGone(
  tx: Transaction,
  documentIds: readonly string[],
): Promise<boolean> {
  if (documentIds.length === 0) return false;
  const present = await tx
    .select({ id: documentId })
    .from(knowledgeDocuments)
    .innerJoin(knowledgeSources, eq(knowledgeSources.id, knowledgeDocuments.sourceId))
    .where(inArray(documentId, [...documentIds]));
  const there = new Set(present.map(({ id }) => id));
  const gone = documentIds.filter((id) => !there.has(id));
  await eraseAll(tx, gone);
  return gone.length > 0;
}

async function eraseAll(tx: Transaction, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += BATCH) {
    const batch = sql.param(ids.slice(start, start + BATCH));
    await tx.execute(sql`SELECT erase_quotes(${batch}::text[])`);
  }
}
