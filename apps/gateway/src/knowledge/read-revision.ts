import { asc } from 'drizzle-orm';
import type { Transaction } from '../database/database.ts';
import { knowledgeSources } from '../database/schema/knowledge.ts';

/** What a tenant's pages are at, as one text: it changes with every change of any page. */
export async function readRevision(tx: Transaction): Promise<string> {
  const rows = await tx
    .select({ id: knowledgeSources.id, revision: knowledgeSources.revision })
    .from(knowledgeSources)
    .orderBy(asc(knowledgeSources.id));
  return rows.map(({ id, revision }) => `${id}:${revision}`).join(',');
}
