import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { access, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex, DdaiError } from '@ddai/core';
import { writeFileDurably } from '@ddai/storage';

/** Immutable bytes under their SHA-256, in files. Only the gateway itself writes here. */
export interface ContentStore {
  /** Keeps `bytes` durably and returns their hash. */
  put(bytes: Uint8Array): Promise<string>;
  has(sha256: string): Promise<boolean>;
  size(sha256: string): Promise<number>;
  /** @throws {DdaiError} `NOT_FOUND` */
  read(sha256: string): Promise<Uint8Array>;
  /** From byte `start` to the end. */
  stream(sha256: string, start: number): ReadStream;
  remove(sha256: string): Promise<void>;
  /** Removes what was put longer than so many milliseconds ago. */
  sweep(olderThan: number): Promise<void>;
}

const SHA256 = /^[0-9a-f]{64}$/;

export function createContentStore(directory: string): ContentStore {
  const pathOf = (sha256: string): string => {
    if (!SHA256.test(sha256)) {
      throw new DdaiError({ code: 'ID_INVALID', message: 'not a SHA-256 in hexadecimal' });
    }
    return join(directory, sha256.slice(0, 2), sha256);
  };
  const has = (sha256: string): Promise<boolean> =>
    access(pathOf(sha256)).then(
      () => true,
      () => false,
    );

  return {
    has,
    size: async (sha256) => (await stat(pathOf(sha256))).size,
    put: async (bytes) => {
      const sha256 = bytesToHex(createHash('sha256').update(bytes).digest());
      if (!(await has(sha256))) writeFileDurably(pathOf(sha256), bytes);
      return sha256;
    },
    read: async (sha256) => {
      try {
        return await readFile(pathOf(sha256));
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
        throw new DdaiError({ code: 'NOT_FOUND', message: `no content ${sha256}`, cause });
      }
    },
    stream: (sha256, start) => createReadStream(pathOf(sha256), { start }),
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    async sweep(olderThan) {
      for (const entry of await readdir(directory, { recursive: true, withFileTypes: true }).catch(
        () => [],
      )) {
        const path = join(entry.parentPath, entry.name);
        if (entry.isFile() && Date.now() - (await stat(path)).mtimeMs > olderThan)
          await rm(path, { force: true });
      }
    },
  };
}
