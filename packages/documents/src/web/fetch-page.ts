import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isDdaiError } from '@ddai/core';
import { documentError } from '../document-error.ts';
import { assertWithin } from '../document-limits.ts';
import { assertPublicHost, createPublicLookup, isPublicAddress } from './public-address.ts';

export interface FetchPageOptions {
  /** Most bytes of a page. Default 33,554,432. */
  readonly bytes?: number;
  /** For the whole page, redirects included. Default 30,000. */
  readonly timeoutMilliseconds?: number;
  /** Which addresses may be asked. Default those of the public internet. */
  readonly isAllowed?: (address: string) => boolean;
}

/** What a server calls the version of a page that it gave (RFC 9110 §8.8). */
export interface PageVersion {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface FetchedPage {
  /** Where it was in the end. */
  readonly url: string;
  readonly bytes: Uint8Array;
  readonly version: PageVersion;
}

const DEFAULT_BYTES = 32 * 2 ** 20;
const DEFAULT_TIMEOUT = 30_000;
const MAX_REDIRECTS = 5;
const USER_AGENT = 'ddai-knowledge-sync/0.1';

/**
 * Fetches one page of the public internet. Every hop of a redirect is checked like the first: the
 * scheme, the address that its name resolves to, and that https does not become http.
 * @throws {DdaiError} `URL_INVALID`, `ADDRESS_NOT_PUBLIC`, `REDIRECTS_TOO_MANY`, `PAGE_UNREACHABLE`,
 * `DOCUMENT_TOO_LARGE`
 */
export async function fetchPage(
  address: string,
  options: FetchPageOptions = {},
): Promise<FetchedPage> {
  const page = await fetchChangedPage(address, {}, options);
  if (page === undefined)
    throw unreachable(parseUrl(address), 'HTTP 304 without having been asked');
  return page;
}

/**
 * Fetches a page unless its server says that it is still the `known` version: then gives undefined.
 * @throws {DdaiError} as {@link fetchPage}
 */
export async function fetchChangedPage(
  address: string,
  known: PageVersion,
  options: FetchPageOptions = {},
): Promise<FetchedPage | undefined> {
  const signal = AbortSignal.timeout(options.timeoutMilliseconds ?? DEFAULT_TIMEOUT);
  let url = parseUrl(address);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await ask(url, { ...options, known, signal });
    if (answer === 'unchanged') return undefined;
    if ('bytes' in answer) return { url: url.href, ...answer };
    const next = parseUrl(answer.location, url);
    if (url.protocol === 'https:' && next.protocol === 'http:')
      throw unreachable(url, 'it redirects from https to http');
    url = next;
  }
  throw documentError({
    code: 'REDIRECTS_TOO_MANY',
    message: `${address}: more than ${MAX_REDIRECTS} redirects, the last to ${url.href}`,
    remedy: 'Name the address where the page really is.',
    fields: { url: address },
  });
}

/** @throws {DdaiError} `URL_INVALID` */
export function parseUrl(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (url === null || !isWeb || url.username !== '' || url.password !== '')
    throw documentError({
      code: 'URL_INVALID',
      message: `${JSON.stringify(text.slice(0, 200))} is no address of a page`,
      remedy: 'Expected http:// or https://, a host and a path, without a password.',
    });
  url.hash = '';
  return url;
}

type Answer =
  | { readonly bytes: Uint8Array; readonly version: PageVersion }
  | { readonly location: string }
  | 'unchanged';

/** The longest name of a version that is kept. */
const MAX_VERSION_LENGTH = 400;

function ask(
  url: URL,
  {
    bytes: limit = DEFAULT_BYTES,
    isAllowed = isPublicAddress,
    known,
    signal,
  }: FetchPageOptions & {
    known: PageVersion;
    signal: AbortSignal;
  },
): Promise<Answer> {
  assertPublicHost(url.hostname, isAllowed);
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      request.destroy();
      const why = signal.aborted ? 'it took too long' : String(error);
      reject(isDdaiError(error) ? error : unreachable(url, why));
    };
    const headers = {
      'user-agent': USER_AGENT,
      'accept-encoding': 'identity',
      accept: '*/*',
      ...(known.etag === undefined ? {} : { 'if-none-match': known.etag }),
      ...(known.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
    };
    const request = send(
      url,
      { headers, signal, lookup: createPublicLookup(isAllowed), agent: false },
      (response) => {
        const { statusCode = 0, headers: answered } = response;
        if (statusCode >= 300 && statusCode < 400 && answered.location !== undefined) {
          response.resume();
          resolve({ location: answered.location });
          return;
        }
        if (statusCode === 304 && (known.etag ?? known.lastModified) !== undefined) {
          response.resume();
          resolve('unchanged');
          return;
        }
        if (statusCode !== 200) return fail(`HTTP ${statusCode}`);
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          try {
            assertWithin({ id: url.href, unit: 'bytes', found: length, limit });
            chunks.push(chunk);
          } catch (error) {
            fail(error);
          }
        });
        response.on('error', fail);
        response.on('end', () => {
          // A stream that was cut ends without an error where no length was named.
          if (response.complete)
            resolve({
              bytes: new Uint8Array(Buffer.concat(chunks)),
              version: {
                etag: keepable(answered.etag),
                lastModified: keepable(answered['last-modified']),
              },
            });
          else fail('the connection broke in the middle of the page');
        });
      },
    );
    request.on('error', fail);
    request.end();
  });
}

const keepable = (value: string | undefined): string | undefined =>
  value === undefined || value.length > MAX_VERSION_LENGTH ? undefined : value;

function unreachable(url: URL, why: string): Error {
  return documentError({
    code: 'PAGE_UNREACHABLE',
    message: `${url.href}: ${why.replace(/^Error: /, '')}`,
    remedy: 'Open the address in a browser; try again later.',
    retryable: true,
    fields: { url: url.href },
  });
}
