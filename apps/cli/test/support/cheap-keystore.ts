import { createCipheriv, pbkdf2Sync, randomBytes, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { concatBytes } from '@ddai/core';
import { type Hex, hexToBytes, keccak256 } from 'viem';

const PASSPHRASE = 'correct horse battery staple';

/**
 * A version 3 keystore whose key derivation costs nothing, with its passphrase beside it: tests open
 * it some hundred times.
 */
export function writeCheapKeystore(path: string, privateKey: Hex): void {
  const [salt, iv] = [randomBytes(32), randomBytes(16)];
  const derived = pbkdf2Sync(PASSPHRASE, salt, 1, 32, 'sha256');
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const encrypted = concatBytes(cipher.update(hexToBytes(privateKey)), cipher.final());
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  writeFileSync(
    path,
    JSON.stringify({
      version: 3,
      id: randomUUID(),
      crypto: {
        cipher: 'aes-128-ctr',
        cipherparams: { iv: hex(iv) },
        ciphertext: hex(encrypted),
        kdf: 'pbkdf2',
        kdfparams: { c: 1, dklen: 32, prf: 'hmac-sha256', salt: hex(salt) },
        mac: keccak256(concatBytes(derived.subarray(16, 32), encrypted)).slice(2),
      },
    }),
  );
  writeFileSync(`${path}.secret`, `${PASSPHRASE}\n`);
}
