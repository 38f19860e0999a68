import { bytesToHex, DdaiError } from '@ddai/core';
import { Wallet } from '@ethereumjs/wallet';
import type { Hex, PrivateKeyAccount } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';

/** A Web3 Secret Storage v3 file (scrypt n 2^18, r 8; AES-128-CTR), as text. */
export type KeystoreJson = string;

export interface NewKeystore {
  readonly json: KeystoreJson;
  readonly account: PrivateKeyAccount;
}

/** Makes a key and its encrypted file. Takes about two seconds and 350 MB: one at a time. */
export async function createKeystore(passphrase: string): Promise<NewKeystore> {
  const privateKey = generatePrivateKey();
  const wallet = Wallet.fromPrivateKey(Buffer.from(privateKey.slice(2), 'hex'));
  return {
    json: await wallet.toV3String(passphrase, { kdf: 'scrypt' }),
    account: privateKeyToAccount(privateKey),
  };
}

/**
 * Decrypts a keystore. Takes about two seconds and 350 MB: once per process, one at a time.
 * @throws {DdaiError} `KEYSTORE_INVALID`, `KEYSTORE_PASSPHRASE_WRONG`
 */
export async function openKeystore(
  json: KeystoreJson,
  passphrase: string,
): Promise<PrivateKeyAccount> {
  let privateKey: Hex;
  try {
    const wallet = await Wallet.fromV3(json, passphrase);
    privateKey = `0x${bytesToHex(wallet.getPrivateKey())}`;
  } catch (cause) {
    const wrong = cause instanceof Error && cause.message.includes('wrong passphrase');
    throw new DdaiError({
      code: wrong ? 'KEYSTORE_PASSPHRASE_WRONG' : 'KEYSTORE_INVALID',
      message: wrong
        ? 'the passphrase does not open this keystore'
        : 'this is no version 3 keystore',
      remedy: wrong
        ? 'Check the passphrase file.'
        : 'Name a keystore that `ddai node join` or another wallet wrote.',
      cause,
    });
  }
  return privateKeyToAccount(privateKey);
}
