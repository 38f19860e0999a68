import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@ddai/core';
import { eq, lt } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { knowledgeDocuments, knowledgeSources } from '../database/schema/knowledge.ts';
import { type LoadedKnowledge, type OpenedKnowledge, withoutDeleted } from './open-knowledge.ts';
import { readRevision } from './read-revision.ts';
import type { SnapshotStore } from './snapshot-store.ts';

/** What each tenant knows, in memory while it is asked. */
export interface TenantKnowledge {
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

export function createTenantKnowledge({
  database,
  snapshots,
  open,
  onChange,
  logger,
}: {
  database: Database;
  snapshots: SnapshotStore;
  open: (tenantId: string) => Promise<OpenedKnowledge>;
  /** Called after each change of a tenant's pages. */
  onChange: () => void;
  logger: Logger;
}): TenantKnowledge {
  const loaded = new Map<string, KnownKnowledge>();
  const opening = new Map<string, Promise<OpenedKnowledge>>();
  const waiting = new Map<string, NodeJS.Timeout>();

  const keep = (tenantId: string, known: KnownKnowledge): void => {
    loaded.delete(tenantId);
    loaded.set(tenantId, known);
    for (const oldest of [...loaded.keys()].slice(0, Math.max(0, loaded.size - KEPT_INDEXES)))
      loaded.delete(oldest);
  };

  /** Nobody waits for it. */
  const tellFailure = (error: unknown): void =>
    logger.warn({ error: String(error) }, 'cannot index changed pages; trying again when asked');

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
      openNewest(tenantId).catch((error: unknown) => {
        loaded.delete(tenantId);
        tellFailure(error);
      });
    }, QUIET_MILLISECONDS);
    waiting.set(tenantId, timer.unref());
  };

  return {
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
      newest.catch(tellFailure);
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
