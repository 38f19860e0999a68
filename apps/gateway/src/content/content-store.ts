import { createHash, type Hash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex, DdaiError } from '@ddai/core';
import { writeFileDurably } from '@ddai/storage';

/** Immutable bytes under their SHA-256, in files; uploads can stop and go on. */
export interface ContentStore {
  /** Keeps `bytes` durably and returns their hash. */
  put(bytes: Uint8Array): Promise<string>;
  has(sha256: string): Promise<boolean>;
  size(sha256: string): Promise<number>;
  /** @throws {DdaiError} `NOT_FOUND` */
  read(sha256: string): Promise<Uint8Array>;
  /** From byte `start` to the end. */
  stream(sha256: string, start: number): ReadStream;
  /** How many bytes of an unfinished upload are here. */
  uploadOffset(sha256: string): Promise<number>;
  /**
   * Appends to an upload; when `total` bytes are here they are checked and kept.
   * @throws {DdaiError} `UPLOAD_OFFSET_WRONG`, `CONTENT_HASH_WRONG`, `REQUEST_TOO_LARGE`
   */
  append(upload: {
    sha256: string;
    offset: number;
    total: number;
    chunk: Uint8Array;
  }): Promise<'partial' | 'complete'>;
}

const SHA256 = /^[0-9a-f]{64}$/;
const MAX_CONTENT_BYTES = 256 * 1024 * 1024;

export function createContentStore(directory: string): ContentStore {
  const pathOf = (sha256: string): string => {
    if (!SHA256.test(sha256))
      throw new DdaiError({ code: 'ID_INVALID', message: 'not a SHA-256 in hexadecimal' });
    return join(directory, sha256.slice(0, 2), sha256);
  };
  const partialOf = (sha256: string): string =>
    join(directory, 'partial', `${pathOf(sha256).slice(-64)}`);
  const has = (sha256: string): Promise<boolean> =>
    access(pathOf(sha256)).then(
      () => true,
      () => false,
    );
  const uploadOffset = (sha256: string): Promise<number> =>
    stat(partialOf(sha256)).then(
      (file) => file.size,
      () => 0,
    );

  const hashFile = async (path: string): Promise<string> => {
    const hash: Hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
    return hash.digest('hex');
  };

  return {
    has,
    uploadOffset,
    size: async (sha256) => (await stat(pathOf(sha256))).size,
    put: async (bytes) => {
      const sha256 = bytesToHex(createHash('sha256').update(bytes).digest());
      if (!(await has(sha256))) writeFileDurably(pathOf(sha256), bytes);
      return sha256;
    },
    read: async (sha256) => {
      if (!(await has(sha256)))
        throw new DdaiError({ code: 'NOT_FOUND', message: `no content ${sha256}` });
      const file = await open(pathOf(sha256), 'r');
      try {
        return await file.readFile();
      } finally {
        await file.close();
      }
    },
    stream: (sha256, start) => createReadStream(pathOf(sha256), { start }),
    append: async ({ sha256, offset, total, chunk }) => {
      if (total > MAX_CONTENT_BYTES || offset + chunk.length > total) {
        throw new DdaiError({
          code: 'REQUEST_TOO_LARGE',
          message: `an upload holds at most ${MAX_CONTENT_BYTES} bytes and what it announced`,
        });
      }
      if (await has(sha256)) return 'complete';
      const partial = partialOf(sha256);
      await mkdir(join(directory, 'partial'), { recursive: true, mode: 0o700 });
      const held = await uploadOffset(sha256);
      if (held !== offset) {
        throw new DdaiError({
          code: 'UPLOAD_OFFSET_WRONG',
          message: `this upload goes on at byte ${held}, not ${offset}`,
          fields: { held },
        });
      }
      const file = await open(partial, 'a', 0o600);
      try {
        await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      if (offset + chunk.length < total) return 'partial';
      if ((await hashFile(partial)) !== sha256) {
        await rm(partial, { force: true });
        throw new DdaiError({
          code: 'CONTENT_HASH_WRONG',
          message: 'the uploaded bytes do not have the announced SHA-256',
        });
      }
      await mkdir(join(directory, sha256.slice(0, 2)), { recursive: true, mode: 0o700 });
      await rename(partial, pathOf(sha256));
      return 'complete';
    },
  };
}
