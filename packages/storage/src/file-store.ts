import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DdaiError } from '@ddai/core';
import { writeFileDurably } from './write-file-durably.ts';

/** Values under names, each durable when `put` returns. */
export interface FileStore {
  get(key: string): Uint8Array | undefined;
  put(key: string, value: string | Uint8Array): void;
  delete(key: string): void;
  /** All keys, sorted. */
  keys(): string[];
}

const KEY = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/;

/** One file per key in `directory`. @throws {DdaiError} `STORE_KEY_INVALID`, `DISK_FULL`, `FILE_NOT_WRITABLE` */
export function createFileStore(directory: string): FileStore {
  const pathOf = (key: string): string => {
    if (!KEY.test(key) || key.endsWith('.tmp')) {
      throw new DdaiError({
        code: 'STORE_KEY_INVALID',
        message: `not a store key: ${key.slice(0, 80)}`,
      });
    }
    return join(directory, key);
  };
  return {
    get: (key) => {
      const path = pathOf(key);
      return existsSync(path) ? readFileSync(path) : undefined;
    },
    put: (key, value) => writeFileDurably(pathOf(key), value),
    delete: (key) => rmSync(pathOf(key), { force: true }),
    keys: () =>
      existsSync(directory)
        ? readdirSync(directory)
            .filter((name) => KEY.test(name) && !name.endsWith('.tmp'))
            .sort()
        : [],
  };
}
