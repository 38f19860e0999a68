import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

const PAGE = `<!doctype html><title>golden</title>
<script type="importmap">{"imports": {"@ddai/core": "/packages/core/src/index.ts"}}</script>`;

/** Serves TypeScript modules of this repository with their types stripped, to this machine only. */
export async function startModuleServer(): Promise<{ origin: string; stop(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://module').pathname);
    if (path === '/') {
      response.setHeader('content-type', 'text/html').end(PAGE);
      return;
    }
    if (!path.startsWith('/packages/') || extname(path) !== '.ts') {
      response.writeHead(404).end();
      return;
    }
    readFile(join(REPOSITORY, path), 'utf8').then(
      (source) =>
        response.setHeader('content-type', 'text/javascript').end(stripTypeScriptTypes(source)),
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
