import { join } from 'node:path';
import { fetchPage, formatOfName, readSitemap } from '@ddai/documents';
import { readFileLimited } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';
import { findFiles } from '../input/find-files.ts';

/** Where pages come from: a folder or a sitemap. */
export interface PageOrigin {
  /** Names of all pages, as they are called in the knowledge source. */
  readonly paths: readonly string[];
  /** @throws {DdaiError} why this page could not be had */
  read(path: string): Promise<Uint8Array>;
}

const MAX_FILE_BYTES = 32 * 2 ** 20;
const MAX_PAGES = 50_000;

/**
 * Finds the pages of a folder, or those that the sitemap at an address names.
 * @throws {DdaiError} `DIRECTORY_UNREADABLE`, `SITEMAP_MALFORMED`, `PAGE_UNREACHABLE`, …
 */
export async function openPageOrigin(from: string): Promise<PageOrigin> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(from)) return openSitemap(from);
  const root = callerPath(from);
  return {
    paths: findFiles(from, (name) => formatOfName(name) !== undefined),
    read: async (path) => readFileLimited(join(root, path), MAX_FILE_BYTES),
  };
}

async function openSitemap(address: string): Promise<PageOrigin> {
  const urls = await readSitemap(address, { maxPages: MAX_PAGES });
  const { origin } = new URL(address);
  const urlOf = new Map(urls.map((url) => [pathOf(url, origin), url]));
  return {
    paths: [...urlOf.keys()].sort(),
    read: async (path) => (await fetchPage(urlOf.get(path) ?? path)).bytes,
  };
}

/** `https://a.example/help/refunds?x=1` as `help/refunds?x=1`. */
function pathOf(url: string, origin: string): string {
  return url.startsWith(`${origin}/`) ? url.slice(origin.length + 1) || 'index' : url;
}
