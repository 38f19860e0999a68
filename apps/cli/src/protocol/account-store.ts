import { join } from 'node:path';
import { bytesToUtf8, DdaiError } from '@ddai/core';
import { createFileStore, findHomePath } from '@ddai/storage';
import type { Address } from 'viem';

/** What an account keeps on this machine beside its transactions: secrets, trees, what it signed. */
export interface AccountStore {
  /** Undefined if there is nothing under `name`. */
  read(name: string): unknown;
  /** Durable, and readable by this user alone, when it returns. */
  write(name: string, value: unknown): void;
  /** Where `name` lies, for messages. */
  pathOf(name: string): string;
}

/** The folder `part` of an account in the state directory. */
export function openAccountStore(account: Address, part: string): AccountStore {
  const folder = join(findHomePath(process.env), 'accounts', account, part);
  const store = createFileStore(folder);
  const pathOf = (name: string): string => join(folder, `${name}.json`);
  return {
    pathOf,
    read(name) {
      const bytes = store.get(`${name}.json`);
      if (bytes === undefined) return undefined;
      try {
        return JSON.parse(bytesToUtf8(bytes)) as unknown;
      } catch (cause) {
        throw new DdaiError({
          code: 'FILE_CONTENT_INVALID',
          message: `${pathOf(name)} is damaged`,
          remedy: 'Restore it from a copy; without it what it held is lost.',
          cause,
        });
      }
    },
    write: (name, value) => store.put(`${name}.json`, JSON.stringify(value)),
  };
}
