import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DdaiError } from '@ddai/core';
import { fileWriteError } from '@ddai/storage';

/** One chunk of an upload. */
export interface UploadChunk {
  /** Who uploads: nobody touches another's uploads. */
  readonly owner: string;
  /** SHA-256 of the whole, in hexadecimal. */
  readonly sha256: string;
  readonly offset: number;
  /** Bytes of the whole. */
  readonly total: number;
  readonly chunk: Uint8Array;
}

/** Large messages of nodes on their way in: they can stop and go on, and are taken out once. */
export interface UploadStore {
  /** How many bytes of an upload are here, and whether that is all. */
  find(owner: string, sha256: string): Promise<{ offset: number; complete: boolean }>;
  /** @throws {DdaiError} `UPLOAD_OFFSET_WRONG`, `CONTENT_HASH_WRONG`, `REQUEST_TOO_LARGE`, `UPLOAD_QUOTA_EXCEEDED` */
  append(chunk: UploadChunk): Promise<'partial' | 'complete'>;
  /** The bytes of a complete upload, which is gone afterwards. @throws {DdaiError} `NOT_FOUND`, `REQUEST_TOO_LARGE` */
  take(owner: string, upload: { sha256: string; size: number }): Promise<Uint8Array>;
  /** Removes what was left lying for longer than uploads take. */
  sweep(): Promise<void>;
}

const SHA256 = /^[0-9a-f]{64}$/;
const OWNER = /^0x[0-9a-fA-F]{40}$/;
const MAX_UPLOAD_BYTES = 256 * 1024 * 1024;
/** What one node may have lying here, finished or not. */
const OWNER_QUOTA_BYTES = 512 * 1024 * 1024;
const KEEP_MILLISECONDS = 3_600_000;

export function createUploadStore(directory: string): UploadStore {
  const folderOf = (owner: string): string => {
    if (!OWNER.test(owner))
      throw new DdaiError({ code: 'ID_INVALID', message: 'not an operator address' });
    return join(directory, owner.toLowerCase());
  };
  const pathOf = (owner: string, sha256: string): string => {
    if (!SHA256.test(sha256))
      throw new DdaiError({ code: 'ID_INVALID', message: 'not a SHA-256 in hexadecimal' });
    return join(folderOf(owner), sha256);
  };
  const sizeOf = (path: string): Promise<number | undefined> =>
    stat(path).then(
      (file) => file.size,
      () => undefined,
    );
  const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

  const assertQuota = async (owner: string, more: number): Promise<void> => {
    const folder = folderOf(owner);
    const sizes = await Promise.all(
      (await namesIn(folder)).map((name) => sizeOf(join(folder, name))),
    );
    const held = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    if (held + more <= OWNER_QUOTA_BYTES) return;
    throw new DdaiError({
      code: 'UPLOAD_QUOTA_EXCEEDED',
      message: `uploads of one node hold at most ${OWNER_QUOTA_BYTES} bytes at a time`,
      retryable: true,
    });
  };

  return {
    async find(owner, sha256) {
      const path = pathOf(owner, sha256);
      const done = await sizeOf(path);
      return done === undefined
        ? { offset: (await sizeOf(`${path}.partial`)) ?? 0, complete: false }
        : { offset: done, complete: true };
    },
    async append({ owner, sha256, offset, total, chunk }) {
      const path = pathOf(owner, sha256);
      if (total > MAX_UPLOAD_BYTES || offset + chunk.length > total) {
        throw new DdaiError({
          code: 'REQUEST_TOO_LARGE',
          message: `an upload holds at most ${MAX_UPLOAD_BYTES} bytes and what it announced`,
        });
      }
      if ((await sizeOf(path)) !== undefined) return 'complete';
      const partial = `${path}.partial`;
      const held = (await sizeOf(partial)) ?? 0;
      if (held !== offset) {
        const message = `this upload goes on at byte ${held}, not ${offset}`;
        throw new DdaiError({ code: 'UPLOAD_OFFSET_WRONG', message, fields: { held } });
      }
      await assertQuota(owner, chunk.length);
      await mkdir(folderOf(owner), { recursive: true, mode: 0o700 });
      const file = await open(partial, 'a', 0o600);
      try {
        await file.writeFile(chunk);
      } catch (cause) {
        // What was written of it counts: the answer to the next chunk says where to go on.
        throw fileWriteError(partial, cause);
      } finally {
        await file.close();
      }
      if (offset + chunk.length < total) return 'partial';
      if ((await hashFile(partial)) !== sha256) {
        await rm(partial, { force: true });
        throw new DdaiError({
          code: 'CONTENT_HASH_WRONG',
          message: 'the uploaded bytes do not have the announced SHA-256',
          retryable: true,
        });
      }
      await rename(partial, path);
      return 'complete';
    },
    async take(owner, { sha256, size }) {
      const path = pathOf(owner, sha256);
      const held = await sizeOf(path);
      if (held === undefined)
        throw new DdaiError({ code: 'NOT_FOUND', message: 'no such upload of this node' });
      if (held !== size) {
        throw new DdaiError({
          code: 'REQUEST_TOO_LARGE',
          message: `the upload has ${held} bytes, not ${size}`,
        });
      }
      const bytes = await readFile(path);
      await rm(path, { force: true });
      return bytes;
    },
    async sweep() {
      for (const owner of await namesIn(directory)) {
        for (const name of await namesIn(join(directory, owner))) {
          const path = join(directory, owner, name);
          const changed = await stat(path).then(
            (file) => file.mtimeMs,
            () => Number.POSITIVE_INFINITY,
          );
          if (Date.now() - changed > KEEP_MILLISECONDS) await rm(path, { force: true });
        }
      }
    },
  };
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
