import { gunzipSync } from 'node:zlib';
import { decodeText } from '../decode-text.ts';
import { documentError } from '../document-error.ts';
import { type FetchPageOptions, fetchPage, parseUrl } from './fetch-page.ts';

/** The protocol's own limits: 50,000 addresses and 50 MB a file, unpacked (sitemaps.org). */
const MAX_FILE_BYTES = 50 * 2 ** 20;
const MAX_FILES = 100;
const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&apos;': "'",
  '&quot;': '"',
  '&gt;': '>',
  '&lt;': '<',
};

/**
 * The pages that a sitemap names, or the sitemaps of its index, without copies and in order. Only
 * pages of the sitemap's own host count, as the protocol has it.
 * @throws {DdaiError} `SITEMAP_MALFORMED`, and as {@link fetchPage}
 */
export async function readSitemap(
  address: string,
  options: FetchPageOptions & { readonly maxPages: number },
): Promise<string[]> {
  const { host } = parseUrl(address);
  const waiting = [address];
  const seen = new Set<string>();
  const pages = new Set<string>();
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (seen.size > MAX_FILES) throw malformed(address, `it leads to more than ${MAX_FILES} files`);
    const { bytes, url } = await fetchPage(file, { ...options, bytes: MAX_FILE_BYTES });
    const text = decodeText(unpack(bytes, file), { id: file, isHtml: false });
    if (/<!DOCTYPE/i.test(text)) throw malformed(file, 'it has a document type');
    const isIndex = /<sitemapindex[\s>]/.test(text);
    if (!isIndex && !/<urlset[\s>]/.test(text))
      throw malformed(file, 'it has neither a <urlset> nor a <sitemapindex>');
    for (const location of locationsOf(text)) {
      const named = parseUrl(location, new URL(url));
      if (named.host !== host) continue;
      if (isIndex) waiting.push(named.href);
      else pages.add(named.href);
      if (pages.size > options.maxPages)
        throw malformed(address, `it names more than ${options.maxPages} pages`);
    }
  }
  return [...pages];
}

function* locationsOf(xml: string): Generator<string> {
  for (const [, text = ''] of xml.matchAll(/<loc>\s*(?:<!\[CDATA\[)?([^<\]]{1,4000})/g)) {
    yield text.trim().replace(/&(?:amp|apos|quot|gt|lt);/g, (entity) => ENTITIES[entity] ?? '');
  }
}

function unpack(bytes: Uint8Array, file: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES });
  } catch (cause) {
    throw malformed(file, 'it is a damaged gzip file, or unpacks to more than 50 MB', cause);
  }
}

function malformed(file: string, why: string, cause?: unknown): Error {
  return documentError({
    code: 'SITEMAP_MALFORMED',
    message: `${file}: no sitemap: ${why}`,
    remedy: 'Name the address of a sitemap.xml as sitemaps.org describes it.',
    fields: { file },
    cause,
  });
}
