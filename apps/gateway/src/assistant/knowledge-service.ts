import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnswerEngine, KnowledgeIndex, PageReport, Retriever } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { and, asc, eq, lt, notInArray, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { createUuid, uuidToId } from '../database/ids.ts';
import { knowledgeDocuments, knowledgeSources } from '../database/schema.ts';
import { isUniqueViolation } from '../tenants/create-tenant.ts';
import { eraseQuotes } from './erase-quotes.ts';
import { findSource, raiseRevision } from './find-source.ts';
import type { KnowledgeThreads } from './knowledge-threads.ts';
import { type OpenedKnowledge, withoutDeleted } from './open-knowledge.ts';
import { readRevision } from './read-revision.ts';
import type { SnapshotStore } from './snapshot-store.ts';

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
  /** What the pages are at. */
  readonly revision: string;
  /** SHA-256 of the shard that nodes fetch; undefined where the pages are more than one takes. */
  readonly shard: string | undefined;
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
  /** Erases index and shard of pages that were changed, and has them built anew. */
  changed(tenantId: string): Promise<void>;
  /**
   * The tenant's knowledge at its newest revision; built once per revision and kept. While a build
   * takes long, what there was before, without the documents deleted since.
   */
  load(tenantId: string): Promise<LoadedKnowledge>;
  /**
   * Drops indexes of an older revision, files and memory: what a killed gateway left, or another one on
   * this database changed.
   */
  dropOutdated(): Promise<void>;
  /** Starts no more builds. */
  close(): void;
}

/** Indexes kept in memory; the least recently used goes first. */
const KEPT_INDEXES = 16;

/** A question waits so long for an index of the newest pages before it is answered from the one before. */
const PATIENCE_MILLISECONDS = 5_000;
/** An index of changed pages is built when no page has changed for so long, if nobody asks before. */
const QUIET_MILLISECONDS = 2_000;

interface KnownKnowledge extends OpenedKnowledge {
  /** Without what was deleted by then; until the next one is built. */
  stale?: LoadedKnowledge;
}

export function createKnowledgeService({
  database,
  snapshots,
  threads,
  open,
  onChange,
}: {
  database: Database;
  snapshots: SnapshotStore;
  threads: KnowledgeThreads;
  open: (tenantId: string) => Promise<OpenedKnowledge>;
  /** Called after each change of a tenant's pages. */
  onChange: () => void;
}): KnowledgeService {
  const loaded = new Map<string, KnownKnowledge>();
  const opening = new Map<string, Promise<OpenedKnowledge>>();
  const waiting = new Map<string, NodeJS.Timeout>();

  const keep = (tenantId: string, known: KnownKnowledge): void => {
    loaded.delete(tenantId);
    loaded.set(tenantId, known);
    for (const oldest of [...loaded.keys()].slice(0, Math.max(0, loaded.size - KEPT_INDEXES)))
      loaded.delete(oldest);
  };

  /** One at a time for each tenant, whoever asks. */
  const openNewest = (tenantId: string): Promise<OpenedKnowledge> => {
    const running = opening.get(tenantId);
    if (running !== undefined) return running;
    const started = open(tenantId)
      .then((opened) => {
        keep(tenantId, opened);
        return opened;
      })
      .finally(() => opening.delete(tenantId));
    opening.set(tenantId, started);
    return started;
  };

  const withoutWhatIsGone = async (
    tenantId: string,
    known: KnownKnowledge,
    revision: string,
  ): Promise<LoadedKnowledge> => {
    if (known.stale?.revision === revision) return known.stale;
    const rows = await database.asTenant(tenantId, (tx) =>
      tx
        .select({ source: knowledgeSources.name, path: knowledgeDocuments.path })
        .from(knowledgeDocuments)
        .innerJoin(knowledgeSources, eq(knowledgeSources.id, knowledgeDocuments.sourceId))
        // One that was deleted and put there anew is not the one that is indexed.
        .where(lt(knowledgeDocuments.id, known.openedAs)),
    );
    const present = new Set(rows.map(({ source, path }) => `${source}/${path}`));
    known.stale = withoutDeleted(known.knowledge, { present, revision });
    return known.stale;
  };

  const changed = async (tenantId: string): Promise<void> => {
    await snapshots.keepOnly(tenantId);
    onChange();
    clearTimeout(waiting.get(tenantId));
    waiting.delete(tenantId);
    if (!loaded.has(tenantId)) return;
    // What was deleted is not to stay in memory until somebody asks.
    const timer = setTimeout(() => {
      waiting.delete(tenantId);
      openNewest(tenantId).catch(() => loaded.delete(tenantId));
    }, QUIET_MILLISECONDS);
    waiting.set(tenantId, timer.unref());
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
      await changed(tenantId);
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
      await changed(tenantId);
    },
    changed,
    async load(tenantId) {
      const revision = await database.asTenant(tenantId, readRevision);
      const known = loaded.get(tenantId);
      if (known?.knowledge.revision === revision) {
        keep(tenantId, known);
        return known.knowledge;
      }
      const newest = openNewest(tenantId);
      if (known === undefined) return (await newest).knowledge;
      newest.catch(() => undefined); // Who is answered from the index before need not hear of it.
      const opened = await Promise.race([
        newest,
        delay(PATIENCE_MILLISECONDS, undefined, { ref: false }),
      ]);
      return opened?.knowledge ?? withoutWhatIsGone(tenantId, known, revision);
    },
    async dropOutdated() {
      for (const tenantId of new Set([...(await snapshots.tenants()), ...loaded.keys()])) {
        const revision = await database.asTenant(tenantId, readRevision);
        await snapshots.keepOnly(tenantId, revision);
        const known = loaded.get(tenantId);
        const isChanged = known !== undefined && known.knowledge.revision !== revision;
        if (isChanged && !waiting.has(tenantId)) loaded.delete(tenantId);
      }
    },
    close() {
      for (const timer of waiting.values()) clearTimeout(timer);
    },
  };
}

const pathsOf = (rows: readonly { readonly path: string }[]): string[] =>
  rows.map(({ path }) => path);
