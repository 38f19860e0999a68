import { createHash } from 'node:crypto';
import type { PageReport } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import type { DocumentFormat } from '@ddai/documents';
import { and, asc, eq, gt } from 'drizzle-orm';
import type { Database, Transaction } from '../database/database.ts';
import { createUuid } from '../database/ids.ts';
import { knowledgeDocuments } from '../database/schema/knowledge.ts';
import type { DocumentReaders } from './document-readers.ts';
import { eraseQuotes } from './erase-quotes.ts';
import { findSource, raiseRevision } from './find-source.ts';
import type { KnowledgeThreads } from './knowledge-threads.ts';
import type { TenantKnowledge } from './tenant-knowledge.ts';

/** A document of a source, as a sync compares it. */
export interface DocumentView {
  readonly path: string;
  readonly title: string;
  readonly format: DocumentFormat;
  readonly language: string | null;
  /** SHA-256 of the bytes that were given. */
  readonly sha256: string;
  readonly words: number;
  readonly passages: number;
  /** Why nothing can be answered from it, or null. */
  readonly problem: string | null;
}

export type FileChange = 'added' | 'changed' | 'unchanged';

export interface FileReport extends PageReport {
  readonly change: FileChange;
  readonly format: DocumentFormat;
}

/** Notes a change in the transaction that makes it; what it throws undoes the change. */
export type RecordChange = (tx: Transaction, change: FileChange | 'removed') => Promise<void>;

export interface KnowledgeFiles {
  /** In the order of paths. */
  list(
    tenantId: string,
    sourceId: string,
    after?: string,
  ): Promise<{ readonly documents: DocumentView[]; readonly next: string | undefined }>;
  /**
   * Takes in one file of any format. Bytes that are there already are not read again.
   * @throws {DdaiError} the codes of `readDocument` and of `parseKnowledgeDocument`
   */
  put(
    tenantId: string,
    sourceId: string,
    file: { readonly path: string; readonly bytes: Uint8Array },
    record?: RecordChange,
  ): Promise<FileReport>;
  /** @throws {DdaiError} `NOT_FOUND` */
  remove(tenantId: string, sourceId: string, path: string, record?: RecordChange): Promise<void>;
}

const PAGE = 1000;

export function createKnowledgeFiles({
  database,
  readers,
  threads,
  knowledge,
}: {
  database: Database;
  readers: DocumentReaders;
  threads: KnowledgeThreads;
  /** Told after each change of a tenant's pages. */
  knowledge: Pick<TenantKnowledge, 'changed'>;
}): KnowledgeFiles {
  const at = (source: string, path: string) =>
    and(eq(knowledgeDocuments.sourceId, source), eq(knowledgeDocuments.path, path));

  const find = async (tenantId: string, source: string, path: string) => {
    const [row] = await database.asTenant(tenantId, (tx) =>
      tx.select().from(knowledgeDocuments).where(at(source, path)),
    );
    return row;
  };

  return {
    async list(tenantId, sourceId, after) {
      const source = await findSource(database, tenantId, sourceId);
      const rows = await database.asTenant(tenantId, (tx) =>
        tx
          .select({
            path: knowledgeDocuments.path,
            title: knowledgeDocuments.title,
            format: knowledgeDocuments.sourceFormat,
            language: knowledgeDocuments.language,
            sha256: knowledgeDocuments.sourceSha256,
            words: knowledgeDocuments.words,
            passages: knowledgeDocuments.passages,
            problem: knowledgeDocuments.problem,
          })
          .from(knowledgeDocuments)
          .where(
            and(
              eq(knowledgeDocuments.sourceId, source),
              after === undefined ? undefined : gt(knowledgeDocuments.path, after),
            ),
          )
          .orderBy(asc(knowledgeDocuments.path))
          .limit(PAGE + 1),
      );
      const documents = rows.slice(0, PAGE);
      return { documents, next: rows.length > PAGE ? documents.at(-1)?.path : undefined };
    },
    async put(tenantId, sourceId, { path, bytes }, record) {
      const source = await findSource(database, tenantId, sourceId);
      const sourceSha256 = createHash('sha256').update(bytes).digest('hex');
      const known = await find(tenantId, source, path);
      if (known?.sourceSha256 === sourceSha256) {
        if (record !== undefined)
          await database.asTenant(tenantId, (tx) => record(tx, 'unchanged'));
        return rowToReport(known, 'unchanged');
      }
      const read = await readers.read({ id: path, bytes });
      const { text: content, format, source: sourceFormat, language = null } = read;
      const { titles, reports } = await threads.parse([
        { id: path, content, format, ...(read.title === undefined ? {} : { title: read.title }) },
      ]);
      const [report] = reports;
      if (report === undefined) throw new Error('one page has one report');
      if (report.error !== undefined) throw new DdaiError(report.error);
      const values = {
        title: titles.get(path) ?? path,
        content,
        format,
        sha256: createHash('sha256').update(content).digest('hex'),
        sourceSha256,
        sourceFormat,
        language,
        words: report.words,
        passages: report.passages,
        problem: report.answerable ? null : report.weaknesses.join(', '),
      };
      const change = known === undefined ? 'added' : 'changed';
      await database.asTenant(tenantId, async (tx) => {
        await tx
          .insert(knowledgeDocuments)
          .values({ id: createUuid(), tenantId, sourceId: source, path, ...values })
          .onConflictDoUpdate({
            target: [knowledgeDocuments.sourceId, knowledgeDocuments.path],
            set: values,
          });
        await raiseRevision(tx, source);
        await record?.(tx, change);
      });
      await knowledge.changed(tenantId);
      return { ...report, change, format: sourceFormat };
    },
    async remove(tenantId, sourceId, path, record) {
      const source = await findSource(database, tenantId, sourceId);
      const removed = await database.asTenant(tenantId, async (tx) => {
        const rows = await tx
          .delete(knowledgeDocuments)
          .where(at(source, path))
          .returning({ id: knowledgeDocuments.id });
        if (rows.length > 0) {
          await eraseQuotes(tx, source, [path]);
          await raiseRevision(tx, source);
          await record?.(tx, 'removed');
        }
        return rows.length;
      });
      if (removed === 0)
        throw new DdaiError({
          code: 'NOT_FOUND',
          message: `no document ${JSON.stringify(path)} in this source`,
        });
      await knowledge.changed(tenantId);
    },
  };
}

function rowToReport(row: typeof knowledgeDocuments.$inferSelect, change: FileChange): FileReport {
  return {
    id: row.path,
    change,
    format: row.sourceFormat,
    answerable: row.problem === null,
    weaknesses: (row.problem === null ? [] : row.problem.split(', ')) as PageReport['weaknesses'],
    words: row.words,
    passages: row.passages,
  };
}
