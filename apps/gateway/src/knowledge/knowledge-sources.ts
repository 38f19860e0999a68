import { createHash } from 'node:crypto';
import type { PageReport } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { and, asc, eq, notInArray, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { createUuid, uuidToId } from '../database/ids.ts';
import { knowledgeDocuments, knowledgeSources } from '../database/schema/knowledge.ts';
import { isUniqueViolation } from '../tenants/create-tenant.ts';
import { eraseQuotes } from './erase-quotes.ts';
import { findSource, raiseRevision } from './find-source.ts';
import type { KnowledgeThreads } from './knowledge-threads.ts';
import type { TenantKnowledge } from './tenant-knowledge.ts';

export interface SourceView {
  readonly id: string;
  readonly name: string;
  readonly documents: number;
  readonly createdAt: string;
}

export interface NewPage {
  readonly path: string;
  readonly content: string;
  readonly format?: 'markdown' | 'text' | undefined;
}

/** Where a tenant's pages come from, and all pages of one at once. */
export interface KnowledgeSources {
  /** @param id a UUID; the source that has it already is given back. */
  create(tenantId: string, source: { id: string; name: string }): Promise<SourceView>;
  list(tenantId: string): Promise<SourceView[]>;
  /** Replaces a source's pages by `pages`; the report says of each why it can't be answered from. */
  replacePages(
    tenantId: string,
    sourceId: string,
    pages: readonly NewPage[],
  ): Promise<readonly PageReport[]>;
  remove(tenantId: string, sourceId: string): Promise<void>;
}

export function createKnowledgeSources({
  database,
  threads,
  knowledge,
}: {
  database: Database;
  threads: KnowledgeThreads;
  /** Told after each change of a tenant's pages. */
  knowledge: Pick<TenantKnowledge, 'changed'>;
}): KnowledgeSources {
  return {
    async create(tenantId, { id, name }) {
      try {
        const [row] = await database.asTenant(tenantId, (tx) =>
          tx
            .insert(knowledgeSources)
            .values({ id, tenantId, name })
            .onConflictDoUpdate({ target: knowledgeSources.id, set: { name } })
            .returning(),
        );
        if (row === undefined) throw new Error('the insert returned no row');
        return {
          id: uuidToId('source', row.id),
          name,
          documents: 0,
          createdAt: row.createdAt.toISOString(),
        };
      } catch (cause) {
        if (!isUniqueViolation(cause)) throw cause;
        throw new DdaiError({
          code: 'NAME_TAKEN',
          message: `a knowledge source named ${name} exists`,
          cause,
        });
      }
    },
    async list(tenantId) {
      const rows = await database.asTenant(tenantId, (tx) =>
        tx
          .select({
            id: knowledgeSources.id,
            name: knowledgeSources.name,
            createdAt: knowledgeSources.createdAt,
            documents: sql<number>`count(${knowledgeDocuments.id})::int`,
          })
          .from(knowledgeSources)
          .leftJoin(knowledgeDocuments, eq(knowledgeDocuments.sourceId, knowledgeSources.id))
          .groupBy(knowledgeSources.id)
          .orderBy(asc(knowledgeSources.id)),
      );
      return rows.map((row) => ({
        ...row,
        id: uuidToId('source', row.id),
        createdAt: row.createdAt.toISOString(),
      }));
    },
    async replacePages(tenantId, sourceId, pages) {
      const uuid = await findSource(database, tenantId, sourceId);
      const { titles, reports } = await threads.parse(
        pages.map(({ path, content: text, format = 'markdown' }) => ({
          id: path,
          content: text,
          format,
        })),
      );
      const reportOf = new Map(reports.map((report) => [report.id, report]));
      const kept = pages.filter(({ path }) => titles.has(path));
      await database.asTenant(tenantId, async (tx) => {
        const paths = kept.map(({ path }) => path);
        const others = paths.length === 0 ? undefined : notInArray(knowledgeDocuments.path, paths);
        const removed = await tx
          .delete(knowledgeDocuments)
          .where(and(eq(knowledgeDocuments.sourceId, uuid), others))
          .returning({ path: knowledgeDocuments.path });
        await eraseQuotes(tx, uuid, pathsOf(removed));
        for (const { path, content: text, format = 'markdown' } of kept) {
          const sha256 = createHash('sha256').update(text).digest('hex');
          const report = reportOf.get(path);
          const values = {
            title: titles.get(path) ?? path,
            content: text,
            format,
            sha256,
            sourceSha256: sha256,
            sourceFormat: format,
            language: null,
            words: report?.words ?? 0,
            passages: report?.passages ?? 0,
            problem: report?.answerable === false ? report.weaknesses.join(', ') : null,
          };
          await tx
            .insert(knowledgeDocuments)
            .values({ id: createUuid(), tenantId, sourceId: uuid, path, ...values })
            .onConflictDoUpdate({
              target: [knowledgeDocuments.sourceId, knowledgeDocuments.path],
              set: values,
            });
        }
        await raiseRevision(tx, uuid);
      });
      await knowledge.changed(tenantId);
      return reports;
    },
    async remove(tenantId, sourceId) {
      const uuid = await findSource(database, tenantId, sourceId);
      await database.asTenant(tenantId, async (tx) => {
        const removed = await tx
          .select({ path: knowledgeDocuments.path })
          .from(knowledgeDocuments)
          .where(eq(knowledgeDocuments.sourceId, uuid));
        await eraseQuotes(tx, uuid, pathsOf(removed));
        await raiseRevision(tx, uuid);
        await tx.delete(knowledgeSources).where(eq(knowledgeSources.id, uuid));
      });
      await knowledge.changed(tenantId);
    },
  };
}

const pathsOf = (rows: readonly { readonly path: string }[]): string[] =>
  rows.map(({ path }) => path);
