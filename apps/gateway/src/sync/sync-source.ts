import { DdaiError, isDdaiError } from '@ddai/core';
import { fetchChangedPage, type PageVersion, readSitemap } from '@ddai/documents';
import { and, eq } from 'drizzle-orm';
import type { Database, Transaction } from '../database/database.ts';
import { uuidToId } from '../database/ids.ts';
import { knowledgeDocuments, knowledgeSyncedPages } from '../database/schema/knowledge.ts';
import type { KnowledgeFiles } from '../knowledge/knowledge-files.ts';
import type { SyncRunRecord } from './sync-run-record.ts';

export interface SyncDependencies {
  readonly database: Database;
  readonly files: KnowledgeFiles;
  /** Which addresses may be asked. */
  readonly isAllowedAddress: (address: string) => boolean;
}

/** Pages asked for at once from one site. */
const CONCURRENCY = 4;
const MAX_PAGES = 50_000;
/** As many in a row that cannot be reached mean that the site is down. */
const MOST_UNREACHABLE = 20;
/** As the API has it for a document's path. */
const MAX_PATH_LENGTH = 400;

/**
 * Brings a source to what its sitemap names now. Pages that are gone from it are removed when every
 * page that it names was asked for; pages that were put there by hand stay. Changes are written page
 * by page with their count, so that a run which is taken up again goes on where it was.
 * @param signal ends it between two pages
 * @throws {DdaiError} `SITEMAP_MALFORMED`, `SITEMAP_EMPTY`, `PAGE_UNREACHABLE` when the site is down, …
 */
export async function syncSource(
  run: SyncRunRecord,
  { database, files, isAllowedAddress: isAllowed }: SyncDependencies,
  signal: AbortSignal,
): Promise<void> {
  const { tenantId, sourceId: source, sitemap } = await run.read();
  const sourceId = uuidToId('source', source);
  const addresses = await readSitemap(sitemap, { maxPages: MAX_PAGES, isAllowed });
  const { origin } = new URL(sitemap);
  const urlOf = new Map(addresses.map((url) => [pathOf(url, origin), url]));
  if (urlOf.size === 0)
    throw new DdaiError({
      code: 'SITEMAP_EMPTY',
      message: `${sitemap} names no page of its own host`,
      remedy: 'To forget all pages of a source, delete the source.',
    });
  await run.setPages(urlOf.size);
  const finished = await run.finished();
  const known = await readKnown(database, tenantId, source);
  let unreachable = 0;

  const refuse = async (path: string, error: DdaiError): Promise<void> => {
    const refusal = { code: error.code, detail: error.message };
    await database.asTenant(tenantId, (tx) => run.count(tx, path, 'refused', refusal));
    unreachable = error.code === 'PAGE_UNREACHABLE' ? unreachable + 1 : 0;
    if (unreachable >= MOST_UNREACHABLE) throw error;
  };

  const bring = async (path: string, url: string): Promise<void> => {
    if (path.length > MAX_PATH_LENGTH)
      throw new DdaiError({
        code: 'KNOWLEDGE_ID_INVALID',
        message: `${url.slice(0, MAX_PATH_LENGTH)}…: longer than ${MAX_PATH_LENGTH} characters`,
      });
    const page = await fetchChangedPage(url, known.get(path) ?? {}, { isAllowed });
    unreachable = 0;
    if (page === undefined) {
      await database.asTenant(tenantId, (tx) => run.count(tx, path, 'unchanged'));
      return;
    }
    const { bytes, version } = page;
    await files.put(tenantId, sourceId, { path, bytes }, async (tx, change) => {
      await keepVersion(tx, { tenantId, source, path, version });
      await run.count(tx, path, change);
    });
  };

  const waiting = [...urlOf].filter(([path]) => !finished.has(path.slice(0, MAX_PATH_LENGTH)));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      signal.throwIfAborted();
      const [path, url] = next;
      await bring(path, url).catch((error: unknown) => {
        if (!isOfPage(error)) throw error;
        return refuse(path.slice(0, MAX_PATH_LENGTH), error);
      });
    }
  };
  const stopAll = (error: unknown): never => {
    waiting.length = 0;
    throw error;
  };
  const ends = await Promise.allSettled(
    Array.from({ length: CONCURRENCY }, () => work().catch(stopAll)),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;

  for (const path of known.keys()) {
    if (urlOf.has(path)) continue;
    signal.throwIfAborted();
    const at = and(eq(knowledgeSyncedPages.sourceId, source), eq(knowledgeSyncedPages.path, path));
    await files
      .remove(tenantId, sourceId, path, async (tx) => {
        await tx.delete(knowledgeSyncedPages).where(at);
        await run.count(tx, path, 'removed');
      })
      .catch((error: unknown) => {
        // Somebody removed it meanwhile.
        if (!isDdaiError(error, 'NOT_FOUND')) throw error;
      });
  }
}

/** Pages that an earlier run brought and that are there, with the version if it is still the same. */
async function readKnown(
  database: Database,
  tenantId: string,
  source: string,
): Promise<Map<string, PageVersion>> {
  const rows = await database.asTenant(tenantId, (tx) =>
    tx
      .select({
        path: knowledgeSyncedPages.path,
        sha256: knowledgeSyncedPages.sha256,
        etag: knowledgeSyncedPages.etag,
        lastModified: knowledgeSyncedPages.lastModified,
        present: knowledgeDocuments.sourceSha256,
      })
      .from(knowledgeSyncedPages)
      .innerJoin(
        knowledgeDocuments,
        and(
          eq(knowledgeDocuments.sourceId, knowledgeSyncedPages.sourceId),
          eq(knowledgeDocuments.path, knowledgeSyncedPages.path),
        ),
      )
      .where(eq(knowledgeSyncedPages.sourceId, source)),
  );
  return new Map(
    rows.map(({ path, sha256, etag, lastModified, present }) => {
      const version = { etag: etag ?? undefined, lastModified: lastModified ?? undefined };
      return [path, present === sha256 ? version : {}];
    }),
  );
}

async function keepVersion(
  tx: Transaction,
  {
    tenantId,
    source,
    path,
    version,
  }: { tenantId: string; source: string; path: string; version: PageVersion },
): Promise<void> {
  const [document] = await tx
    .select({ sha256: knowledgeDocuments.sourceSha256 })
    .from(knowledgeDocuments)
    .where(and(eq(knowledgeDocuments.sourceId, source), eq(knowledgeDocuments.path, path)));
  const values = {
    sha256: document?.sha256 ?? '',
    etag: version.etag ?? null,
    lastModified: version.lastModified ?? null,
  };
  await tx
    .insert(knowledgeSyncedPages)
    .values({ sourceId: source, tenantId, path, ...values })
    .onConflictDoUpdate({
      target: [knowledgeSyncedPages.sourceId, knowledgeSyncedPages.path],
      set: values,
    });
}

const OF_PAGE =
  /^(?:DOCUMENT_|KNOWLEDGE_|PAGE_UNREACHABLE|REDIRECTS_TOO_MANY|ADDRESS_NOT_PUBLIC|URL_INVALID)/;

/** Whether only this page failed; a database that is gone ends the run. */
const isOfPage = (error: unknown): error is DdaiError =>
  error instanceof DdaiError && OF_PAGE.test(error.code);

/** `https://a.example/help/refunds?x=1` as `help/refunds?x=1`. */
const pathOf = (url: string, origin: string): string =>
  url.startsWith(`${origin}/`) ? url.slice(origin.length + 1) || 'index' : url;
