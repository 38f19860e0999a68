import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError, isDdaiError } from '@ddai/core';
import type { DdaiClient, FileReport, KnowledgeFile } from '@ddai/sdk';
import type { PageOrigin } from './page-origin.ts';

/** What became of one page of a sync. */
export interface PageOutcome {
  readonly path: string;
  /** `kept`: no longer where pages come from, and not forgotten. */
  readonly outcome: 'added' | 'changed' | 'unchanged' | 'removed' | 'kept' | 'refused';
  /** Of a refused page. */
  readonly refusal?: { readonly code: string; readonly reason: string };
}

export interface SyncedPages {
  /** One for every page, in the order of the origin; then those that it no longer has. */
  readonly outcomes: readonly PageOutcome[];
  /** Pages that were taken in and give few answers or none. */
  readonly weak: readonly FileReport[];
}

export interface SyncPagesOptions {
  readonly sourceId: string;
  readonly origin: PageOrigin;
  /** Forgets pages of the source that the origin no longer has. */
  readonly removesMissing: boolean;
  /** Only says what would be done. */
  readonly isDryRun: boolean;
  readonly onProgress: (done: number) => void;
}

/**
 * Brings a knowledge source to what a folder or a site holds now. A page is sent only when its bytes
 * differ; one that is refused stops no other and leaves its last version as it was.
 */
export async function syncPages(
  client: Pick<DdaiClient, 'listFiles' | 'putFile' | 'removeFile'>,
  { sourceId, origin, removesMissing, isDryRun, onProgress }: SyncPagesOptions,
): Promise<SyncedPages> {
  const known = new Map<string, KnowledgeFile>();
  for (const file of await client.listFiles(sourceId)) known.set(file.path, file);
  const outcomes: PageOutcome[] = [];
  const weak: FileReport[] = [];

  const bring = async (path: string): Promise<PageOutcome['outcome']> => {
    const bytes = await origin.read(path);
    const before = known.get(path);
    if (before?.sha256 === createHash('sha256').update(bytes).digest('hex')) return 'unchanged';
    if (isDryRun) return before === undefined ? 'added' : 'changed';
    const report = await whenAllowed(() => client.putFile(sourceId, path, bytes));
    if (report.weaknesses.length > 0) weak.push(report);
    return report.change;
  };
  for (const path of origin.paths) {
    onProgress(outcomes.length);
    try {
      outcomes.push({ path, outcome: await bring(path) });
    } catch (error) {
      if (!isOfThisPage(error)) throw error;
      const refusal = { code: error.code, reason: error.message };
      outcomes.push({ path, outcome: 'refused', refusal });
    }
  }
  const present = new Set(origin.paths);
  for (const path of known.keys()) {
    if (present.has(path)) continue;
    if (removesMissing && !isDryRun) await whenAllowed(() => client.removeFile(sourceId, path));
    outcomes.push({ path, outcome: removesMissing ? 'removed' : 'kept' });
  }
  return { outcomes, weak };
}

const PAUSE_MILLISECONDS = 2000;
const OF_THE_PAGE =
  /^(?:DOCUMENT_|KNOWLEDGE_|FILE_|REQUEST_TOO_LARGE|PAGE_UNREACHABLE|REDIRECTS_TOO_MANY|ADDRESS_NOT_PUBLIC|URL_INVALID)/;

/** A gateway lets a key send so many requests a minute; a sync of thousands of pages waits its turn. */
async function whenAllowed<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isDdaiError(error, 'RATE_LIMITED')) throw error;
      await delay(PAUSE_MILLISECONDS);
    }
  }
}

/** Whether only this page failed; a gateway that is gone or a bad key ends the sync. */
function isOfThisPage(error: unknown): error is DdaiError {
  return error instanceof DdaiError && OF_THE_PAGE.test(error.code);
}
