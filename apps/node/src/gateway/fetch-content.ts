import { createHash } from 'node:crypto';
import { DdaiError } from '@ddai/core';
import type { GatewayLink } from './dial-gateway.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;
const TRIES = 5;
const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

/**
 * Fetches bytes by their SHA-256 over HTTP, going on where a broken transfer stopped.
 * @throws {DdaiError} `CONTENT_UNAVAILABLE`, `CONTENT_HASH_WRONG`, `CONTENT_TOO_LARGE`
 */
export async function fetchContent(
  link: GatewayLink,
  { sha256, maxBytes }: { sha256: string; maxBytes: number },
): Promise<Uint8Array> {
  let parts: Uint8Array[] = [];
  let held = 0;
  for (let tries = 1; ; tries++) {
    try {
      const response = await fetch(`${link.httpUrl}/node/v1/content/${sha256}`, {
        headers: {
          authorization: `Bearer ${link.session}`,
          ...(held > 0 ? { range: `bytes=${held}-` } : {}),
        },
      });
      if (response.status === RANGE_NOT_SATISFIABLE && held > 0) break; // Broken off after its last byte.
      if (!response.ok || response.body === null) {
        throw unavailable(`HTTP ${response.status}`, response.status >= 500);
      }
      if (response.status !== PARTIAL_CONTENT) {
        parts = [];
        held = 0;
      }
      for await (const chunk of response.body) {
        held += chunk.length;
        if (held > maxBytes) {
          throw new DdaiError({
            code: 'CONTENT_TOO_LARGE',
            message: `the content exceeds ${maxBytes} bytes`,
          });
        }
        parts.push(chunk);
      }
      break;
    } catch (error) {
      const final = error instanceof DdaiError && !error.retryable;
      if (final || tries >= TRIES) {
        throw error instanceof DdaiError ? error : unavailable(String(error), true);
      }
    }
  }
  const bytes = Buffer.concat(parts);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
    throw new DdaiError({
      code: 'CONTENT_HASH_WRONG',
      message: 'the fetched bytes do not have the announced SHA-256',
    });
  }
  return bytes;
}

/**
 * Puts bytes into the gateway's content store, going on where a broken upload stopped.
 * @throws {DdaiError} `CONTENT_UNAVAILABLE`
 */
export async function uploadContent(link: GatewayLink, bytes: Uint8Array): Promise<string> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const url = `${link.httpUrl}/node/v1/content/${sha256}`;
  const authorization = `Bearer ${link.session}`;
  for (let tries = 1; ; tries++) {
    try {
      const head = await fetch(url, { method: 'HEAD', headers: { authorization } });
      if (head.status === 200) return sha256;
      let offset = Number(head.headers.get('upload-offset') ?? 0);
      while (offset < bytes.length) {
        const chunk = bytes.subarray(offset, offset + CHUNK_BYTES);
        const response = await fetch(url, {
          method: 'PATCH',
          headers: {
            authorization,
            'upload-offset': String(offset),
            'upload-length': String(bytes.length),
          },
          body: new Uint8Array(chunk),
        });
        if (!response.ok)
          throw unavailable(
            `HTTP ${response.status}`,
            response.status >= 500 || response.status === 409,
          );
        offset += chunk.length;
      }
      return sha256;
    } catch (error) {
      const final = error instanceof DdaiError && !error.retryable;
      if (final || tries >= TRIES)
        throw error instanceof DdaiError ? error : unavailable(String(error), true);
    }
  }
}

function unavailable(reason: string, retryable: boolean): DdaiError {
  return new DdaiError({
    code: 'CONTENT_UNAVAILABLE',
    message: `a bulk transfer failed: ${reason}`,
    retryable,
  });
}
