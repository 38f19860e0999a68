import { createHash } from 'node:crypto';
import {
  type AnswerEngine,
  createAnswerEngine,
  createRetriever,
  decodeIndexSnapshot,
  type KnowledgeIndex,
  type PageReport,
  type Retriever,
} from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { and, asc, eq, notInArray, sql } from 'drizzle-orm';
import type { ContentStore } from '../content/content-store.ts';
import type { Database, Transaction } from '../database/database.ts';
import { createUuid, uuidToId } from '../database/ids.ts';
import { knowledgeDocuments, knowledgeSources } from '../database/schema.ts';
import { isUniqueViolation } from '../tenants/create-tenant.ts';
import { eraseQuotes } from './erase-quotes.ts';
import { findSource, raiseRevision } from './find-source.ts';
import type { KnowledgeShards } from './knowledge-shards.ts';
import type { KnowledgeThreads } from './knowledge-threads.ts';

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

/** Everything a tenant knows, ready to answer. */
export interface LoadedKnowledge {
  /** SHA-256 of the shard that nodes fetch. */
  readonly shard: string;
  readonly index: KnowledgeIndex;
  readonly retriever: Retriever;
  readonly engine: AnswerEngine;
}

export interface KnowledgeService {
  /** @param id a UUID; the source that has it already is given back. */
  createSource(tenantId: string, source: { id: string; name: string }): Promise<SourceView>;
  listSources(tenantId: string): Promise<SourceView[]>;
  /** Replaces a source's pages by `pages`; the report says of each why it can't be answered from. */
  replacePages(
    tenantId: string,
    sourceId: string,
    pages: readonly NewPage[],
  ): Promise<readonly PageReport[]>;
  deleteSource(tenantId: string, sourceId: string): Promise<void>;
  /** Drops the index of pages that were changed, and has their shard erased. */
  changed(tenantId: string): void;
  /** The tenant's knowledge at its newest revision; built once per revision and kept. */
  load(tenantId: string): Promise<LoadedKnowledge>;
}

/** Indexes kept in memory; the least recently used goes first. */
const KEPT_INDEXES = 16;

export function createKnowledgeService({
  database,
  content,
  shards,
  threads,
  onChange,
}: {
  database: Database;
  content: ContentStore;
  shards: KnowledgeShards;
  threads: KnowledgeThreads;
  /** Called after each change of a tenant's pages. */
  onChange: () => void;
}): KnowledgeService {
  const loaded = new Map<string, { revision: string; knowledge: Promise<LoadedKnowledge> }>();
  const changed = (tenantId: string): void => {
    loaded.delete(tenantId);
    onChange();
  };

  const readRevision = async (tx: Transaction): Promise<string> => {
    const rows = await tx
      .select({ id: knowledgeSources.id, revision: knowledgeSources.revision })
      .from(knowledgeSources)
      .orderBy(asc(knowledgeSources.id));
    return rows.map(({ id, revision }) => `${id}:${revision}`).join(',');
  };

  const build = async (tenantId: string, revision: string): Promise<LoadedKnowledge> => {
    const rows = await database.asTenant(tenantId, (tx) =>
      tx
        .select({
          source: knowledgeSources.name,
          path: knowledgeDocuments.path,
          format: knowledgeDocuments.format,
          text: knowledgeDocuments.content,
        })
        .from(knowledgeDocuments)
        .innerJoin(knowledgeSources, eq(knowledgeSources.id, knowledgeDocuments.sourceId))
        .orderBy(asc(knowledgeSources.id), asc(knowledgeDocuments.path)),
    );
    const pages = rows.map(({ source, path, format, text }) => ({
      id: `${source}/${path}`,
      content: text,
      format,
    }));
    const built = await threads.build(pages);
    const retriever = createRetriever(decodeIndexSnapshot(built.snapshot));
    const shard = createHash('sha256').update(built.shard).digest('hex');
    await shards.register(tenantId, shard, async (tx) => (await readRevision(tx)) === revision);
    await content.put(built.shard);
    return {
      shard,
      index: retriever.index,
      retriever,
      engine: createAnswerEngine({}, { retriever }),
    };
  };

  return {
    async createSource(tenantId, { id, name }) {
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
    async listSources(tenantId) {
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
      changed(tenantId);
      return reports;
    },
    async deleteSource(tenantId, sourceId) {
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
      changed(tenantId);
    },
    changed,
    async load(tenantId) {
      const revision = await database.asTenant(tenantId, readRevision);
      const known = loaded.get(tenantId);
      if (known !== undefined && known.revision === revision) return known.knowledge;
      const knowledge = build(tenantId, revision);
      const entry = { revision, knowledge };
      loaded.delete(tenantId);
      loaded.set(tenantId, entry);
      for (const oldest of [...loaded.keys()].slice(0, Math.max(0, loaded.size - KEPT_INDEXES)))
        loaded.delete(oldest);
      knowledge.catch(() => {
        if (loaded.get(tenantId) === entry) loaded.delete(tenantId);
      });
      return knowledge;
    },
  };
}

const pathsOf = (rows: readonly { readonly path: string }[]): string[] =>
  rows.map(({ path }) => path);
