import { existsSync, readFileSync, statSync } from 'node:fs';
import { DdaiError } from '@ddai/core';
import { writeFileDurably } from '@ddai/storage';
import type { PrivateKeyAccount } from 'viem';
import { createKeystore, openKeystore } from './keystore.ts';

export interface KeystoreFileOptions {
  readonly path: string;
  readonly passphrase: string;
}

const MAX_KEYSTORE_BYTES = 64 * 1024;

/** Opens the keystore at `path`, or makes one there (0600, never overwritten, whole or absent). */
export async function openOrCreateKeystoreFile({
  path,
  passphrase,
}: KeystoreFileOptions): Promise<PrivateKeyAccount> {
  if (existsSync(path)) return openKeystoreFile({ path, passphrase });
  const { json, account } = await createKeystore(passphrase);
  writeFileDurably(path, json);
  return account;
}

/** @throws {DdaiError} `KEYSTORE_MISSING`, `KEYSTORE_INVALID`, `KEYSTORE_PASSPHRASE_WRONG` */
export async function openKeystoreFile({
  path,
  passphrase,
}: KeystoreFileOptions): Promise<PrivateKeyAccount> {
  if (!existsSync(path)) {
    throw new DdaiError({
      code: 'KEYSTORE_MISSING',
      message: `no keystore at ${path}`,
      remedy:
        '`ddai node join` makes one; --name chooses the node’s folder, DDAI_HOME the one above it.',
    });
  }
  if (statSync(path).size > MAX_KEYSTORE_BYTES) {
    throw new DdaiError({
      code: 'KEYSTORE_INVALID',
      message: `${path} is too large for a keystore`,
    });
  }
  return openKeystore(readFileSync(path, 'utf8'), passphrase);
}

/**
 * Reads a passphrase from a file, without its final line break.
 * @throws {DdaiError} `PASSPHRASE_FILE_UNREADABLE`, `PASSPHRASE_EMPTY`
 */
export function readPassphraseFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new DdaiError({
      code: 'PASSPHRASE_FILE_UNREADABLE',
      message: `cannot read the passphrase file ${path}`,
      remedy: 'Name a file that this user may read, with the passphrase on its first line.',
      cause,
    });
  }
  if (text === '')
    throw new DdaiError({
      code: 'PASSPHRASE_EMPTY',
      message: `the passphrase file ${path} is empty`,
    });
  return text;
}
