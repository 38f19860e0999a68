import type { KnowledgeSource } from '@ddai/assistant';
import { and, asc, eq, gt } from 'drizzle-orm';
import type { Transaction } from '../database/database.ts';
import { knowledgeDocuments, knowledgeSources } from '../database/schema/knowledge.ts';

/** Rows of one statement: what the driver holds beside the pages themselves. */
const BATCH = 500;

/** All pages of a tenant, source by source, in the order of their paths. */
export async function readPages(tx: Transaction): Promise<KnowledgeSource[]> {
  const pages: KnowledgeSource[] = [];
  const sources = await tx.select().from(knowledgeSources).orderBy(asc(knowledgeSources.id));
  for (const { id: sourceId, name } of sources) {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const rows: { path: string; format: 'markdown' | 'text'; content: string }[] = await tx
        .select({
          path: knowledgeDocuments.path,
          format: knowledgeDocuments.format,
          content: knowledgeDocuments.content,
        })
        .from(knowledgeDocuments)
        .where(and(eq(knowledgeDocuments.sourceId, sourceId), gt(knowledgeDocuments.path, after)))
        .orderBy(asc(knowledgeDocuments.path))
        .limit(BATCH);
      for (const { path, format, content } of rows)
        pages.push({ id: `${name}/${path}`, format, content });
      after = rows.length < BATCH ? undefined : rows.at(-1)?.path;
    }
  }
  return pages;
}
