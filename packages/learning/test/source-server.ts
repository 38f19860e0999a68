import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** What a page needs to import sources by the names of our packages. */
const PAGE = `<!doctype html><title>sources</title><script type="importmap">
{"imports": {"@ddai/core": "/packages/core/src/index.ts"}}</script>`;

/**
 * Serves TypeScript sources of this repository to a browser, with their types taken out, on a free
 * port of the loopback interface.
 */
export async function serveSources(): Promise<{ origin: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '/').then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function answer(url: string): Promise<{ status: number; type: string; body: string }> {
  if (url === '/') return { status: 200, type: 'text/html', body: PAGE };
  const path = normalize(url);
  if (!path.startsWith('/packages/') || !path.endsWith('.ts'))
    return { status: 404, type: 'text/plain', body: '' };
  const source = await readFile(join(repository, path), 'utf8');
  return { status: 200, type: 'text/javascript', body: stripTypeScriptTypes(source) };
}
