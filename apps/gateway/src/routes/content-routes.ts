import { Readable } from 'node:stream';
import { DdaiError } from '@ddai/core';
import { Hono } from 'hono';
import type { ContentStore } from '../content/content-store.ts';
import type { UploadStore } from '../content/upload-store.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';
import type { NodeSession } from '../nodes/node-session.ts';

const MAX_CHUNK_BYTES = 8 * 1024 * 1024;

export interface ContentRouteDependencies {
  /** Where what nodes fetch may lie: knowledge shards, large messages. */
  readonly stores: readonly ContentStore[];
  readonly uploads: UploadStore;
  readonly directory: NodeDirectory;
}

/** Bulk transfers of connected nodes: `GET` with a range, `HEAD` and `PATCH` for uploads. */
export function createContentRoutes({
  stores,
  uploads,
  directory,
}: ContentRouteDependencies): Hono {
  const app = new Hono();

  const findSession = (header: string | undefined): NodeSession => {
    const session = directory.findByToken(/^Bearer (\S+)$/.exec(header ?? '')?.[1] ?? '');
    if (session === undefined)
      throw new DdaiError({
        code: 'SESSION_UNKNOWN',
        message: 'no connected node has this session',
      });
    return session;
  };

  const findStore = async (sha256: string): Promise<ContentStore | undefined> => {
    for (const store of stores) if (await store.has(sha256)) return store;
    return undefined;
  };

  app.get('/:sha256', async (context) => {
    const { sha256 } = context.req.param();
    const session = findSession(context.req.header('authorization'));
    if (context.req.method === 'HEAD') {
      const { offset, complete } = await uploads.find(session.operator, sha256);
      return context.body(null, complete ? 200 : 404, { 'upload-offset': String(offset) });
    }
    if (!session.grants.has(sha256)) {
      throw new DdaiError({
        code: 'CONTENT_NOT_GRANTED',
        message: 'no work of this node needs this content',
      });
    }
    const content = await findStore(sha256);
    if (content === undefined)
      throw new DdaiError({ code: 'NOT_FOUND', message: `no content ${sha256}` });
    const size = await content.size(sha256);
    const start = Number(/^bytes=(\d+)-$/.exec(context.req.header('range') ?? '')?.[1] ?? 0);
    if (start >= size) return context.body(null, 416, { 'content-range': `bytes */${size}` });
    const body = Readable.toWeb(content.stream(sha256, start)) as ReadableStream;
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': String(size - start),
    };
    return start === 0
      ? context.body(body, 200, headers)
      : context.body(body, 206, {
          ...headers,
          'content-range': `bytes ${start}-${size - 1}/${size}`,
        });
  });

  app.patch('/:sha256', async (context) => {
    const { operator: owner } = findSession(context.req.header('authorization'));
    const offset = readLength(context.req.header('upload-offset'), 'Upload-Offset');
    const total = readLength(context.req.header('upload-length'), 'Upload-Length');
    const announced = readLength(context.req.header('content-length'), 'Content-Length');
    if (announced > MAX_CHUNK_BYTES) {
      throw new DdaiError({
        code: 'REQUEST_TOO_LARGE',
        message: `a chunk has at most ${MAX_CHUNK_BYTES} bytes`,
      });
    }
    const chunk = new Uint8Array(await context.req.arrayBuffer());
    const state = await uploads.append({
      owner,
      sha256: context.req.param('sha256'),
      offset,
      total,
      chunk,
    });
    return context.body(null, state === 'complete' ? 201 : 204, {
      'upload-offset': String(offset + chunk.length),
    });
  });

  return app;
}

function readLength(header: string | undefined, name: string): number {
  const value = Number(header);
  if (header === undefined || !Number.isSafeInteger(value) || value < 0) {
    throw new DdaiError({
      code: 'REQUEST_INVALID',
      message: `${name}: expected a number of bytes`,
    });
  }
  return value;
}
