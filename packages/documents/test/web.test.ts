import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchChangedPage, fetchPage, isPublicAddress, readSitemap } from '../src/index.ts';

let server: Server;
let origin: string;
let asked = 0;
/** The test's own server is not on the public internet. */
const isAllowed = (address: string): boolean => address === '127.0.0.1' || address === '::1';

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    const { pathname } = new URL(request.url ?? '/', origin);
    const redirect = (location: string): void => {
      response.writeHead(302, { location }).end();
    };
    if (pathname === '/page') response.end('<p>Hello');
    else if (pathname === '/versioned') {
      const known = request.headers['if-none-match'] === '"v1"';
      response.writeHead(known ? 304 : 200, { etag: '"v1"' }).end(known ? '' : '<p>One');
    } else if (pathname === '/always-304') response.writeHead(304).end();
    else if (pathname === '/moved') redirect('/page');
    else if (pathname === '/loop') redirect('/loop');
    else if (pathname === '/to-metadata') redirect('http://169.254.169.254/latest/meta-data/');
    else if (pathname === '/to-file') redirect('file:///etc/passwd');
    else if (pathname === '/endless') {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', more);
      more();
    } else if (pathname === '/cut') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.destroy());
    } else if (pathname === '/silent') response.writeHead(200);
    else if (pathname === '/sitemap.xml')
      response.end(
        `<?xml version="1.0"?><sitemapindex><sitemap><loc>${origin}/a.xml.gz</loc></sitemap><sitemap><loc>${origin}/sitemap.xml</loc></sitemap></sitemapindex>`,
      );
    else if (pathname === '/a.xml.gz')
      response.end(
        gzipSync(
          `<urlset><url><loc> ${origin}/page?a=1&amp;b=2 </loc></url><url><loc>${origin}/page?a=1&amp;b=2#x</loc></url><url><loc>https://elsewhere.example/</loc></url><url><loc><![CDATA[${origin}/moved]]></loc></url></urlset>`,
        ),
      );
    else if (pathname === '/bomb.xml') response.end(gzipSync(Buffer.alloc(60 * 2 ** 20)));
    else if (pathname === '/laughs.xml') response.end('<!DOCTYPE x [<!ENTITY a "b">]><urlset/>');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a page', () => {
  it('that is still the known version is not fetched again', async () => {
    const address = `${origin}/versioned`;
    const page = await fetchChangedPage(address, {}, { isAllowed });
    expect(page?.version).toEqual({ etag: '"v1"', lastModified: undefined });
    expect(await fetchChangedPage(address, { etag: '"v1"' }, { isAllowed })).toBeUndefined();
    expect(await fetchChangedPage(address, { etag: '"v0"' }, { isAllowed })).toBeDefined();
    await expect(fetchPage(`${origin}/always-304`, { isAllowed })).rejects.toMatchObject({
      code: 'PAGE_UNREACHABLE',
    });
  });

  it('is fetched, and found where it moved to', async () => {
    const { url, bytes } = await fetchPage(`${origin}/moved`, { isAllowed });
    expect({ url, text: Buffer.from(bytes).toString() }).toEqual({
      url: `${origin}/page`,
      text: '<p>Hello',
    });
  });

  it.each([
    ['a redirect into a cloud’s metadata', '/to-metadata', 'ADDRESS_NOT_PUBLIC'],
    ['a redirect to a file', '/to-file', 'URL_INVALID'],
    ['redirects in a circle', '/loop', 'REDIRECTS_TOO_MANY'],
    ['a page without end', '/endless', 'DOCUMENT_TOO_LARGE'],
    ['a page that is cut', '/cut', 'PAGE_UNREACHABLE'],
    ['a page that never comes', '/silent', 'PAGE_UNREACHABLE'],
    ['a page that is not there', '/nowhere', 'PAGE_UNREACHABLE'],
  ])('refuses %s', async (_what, path, code) => {
    const options = { isAllowed, bytes: 1_000_000, timeoutMilliseconds: 1000 };
    await expect(fetchPage(`${origin}${path}`, options)).rejects.toMatchObject({ code });
  });

  it('is not asked for at a private address, by number or by name', async () => {
    const before = asked;
    const port = new URL(origin).port;
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '0x7f.1',
      '[::ffff:127.0.0.1]',
      '2130706433',
    ]) {
      await expect(fetchPage(`http://${host}:${port}/page`)).rejects.toMatchObject({
        code: 'ADDRESS_NOT_PUBLIC',
      });
    }
    expect(asked).toBe(before);
  });

  it.each(['ftp://a.example/', 'page.html', 'https://user:word@a.example/', 'javascript:alert(1)'])(
    'of %s is no page',
    async (url) => {
      await expect(fetchPage(url)).rejects.toMatchObject({ code: 'URL_INVALID' });
    },
  );
});

describe('public addresses', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111'])('%s is one', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.255.255'],
    ...['192.168.1.1', '198.19.0.1', '224.0.0.1', '255.255.255.255', '::', '::1', 'fd00::1'],
    ...['fe80::1', 'ff02::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '2001:db8::1'],
    'example.com',
  ])('%s is none', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a sitemap', () => {
  const options = { isAllowed, maxPages: 10 };

  it('names its own host’s pages once, through indexes and gzip', async () => {
    expect(await readSitemap(`${origin}/sitemap.xml`, options)).toEqual([
      `${origin}/page?a=1&b=2`,
      `${origin}/moved`,
    ]);
  });

  it.each([
    ['a page', '/page', /neither a <urlset>/],
    ['a gzip bomb', '/bomb.xml', /unpacks to more than 50 MB/],
    ['a document type', '/laughs.xml', /document type/],
  ])('is not %s', async (_what, path, message) => {
    await expect(readSitemap(`${origin}${path}`, options)).rejects.toMatchObject({
      code: 'SITEMAP_MALFORMED',
      message: expect.stringMatching(message),
    });
  });

  it('of more pages than allowed is refused', async () => {
    await expect(
      readSitemap(`${origin}/sitemap.xml`, { isAllowed, maxPages: 1 }),
    ).rejects.toMatchObject({ code: 'SITEMAP_MALFORMED' });
  });
});
