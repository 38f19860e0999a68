import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openKeystoreFile, openOrCreateKeystoreFile, readPassphraseFile } from '@ddai/chain';
import { writeFileDurably } from '@ddai/storage';
import type { PrivateKeyAccount } from 'viem';

export interface IdentityOptions {
  /** The node's own folder. */
  readonly directory: string;
  /** Where the passphrase of both keystores is; without one a random one is made beside them (0600). */
  readonly passphraseFile: string | undefined;
}

/** Opens, or the first time makes, the hot key. Two seconds and 350 MB of scrypt. */
export function openSigner(options: IdentityOptions): Promise<PrivateKeyAccount> {
  return openOrCreateKeystoreFile({
    path: join(options.directory, 'signer.json'),
    passphrase: readPassphrase(options),
  });
}

/** Opens, or the first time makes, the cold key that owns the stake: only `join` needs it. */
export function openOperator(options: IdentityOptions): Promise<PrivateKeyAccount> {
  return openOrCreateKeystoreFile({
    path: join(options.directory, 'operator.json'),
    passphrase: readPassphrase(options),
  });
}

/** Opens the hot key of a node that joined before. */
export function openExistingSigner(options: IdentityOptions): Promise<PrivateKeyAccount> {
  return openKeystoreFile({
    path: join(options.directory, 'signer.json'),
    passphrase: readPassphrase(options),
  });
}

function readPassphrase({ directory, passphraseFile }: IdentityOptions): string {
  const path = passphraseFile ?? join(directory, 'passphrase.secret');
  if (passphraseFile === undefined && !existsSync(path))
    writeFileDurably(path, randomBytes(24).toString('base64url'));
  return readPassphraseFile(path);
}
