import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { concatBytes, hexToBytes } from '@ddai/core';
import { learningError } from '../errors.ts';
import type { CryptoSuite } from './crypto-suite.ts';

/** What stands before the 32 raw bytes of an x25519 key in DER (RFC 8410, sections 4 and 7). */
const PKCS8_PREFIX = hexToBytes('302e020100300506032b656e04220420');
const SPKI_PREFIX = hexToBytes('302a300506032b656e032100');
const TAG_LENGTH = 16;

/** {@link CryptoSuite} on `node:crypto` (OpenSSL). */
export const nodeCryptoSuite: CryptoSuite = {
  sha256: (bytes) => plain(createHash('sha256').update(bytes).digest()),
  hkdfSha256: ({ secret, salt, info, length }) =>
    new Uint8Array(hkdfSync('sha256', secret, salt, info, length)),
  x25519PublicKey: (secretKey) => {
    const der = createPublicKey(secretKeyObject(secretKey)).export({ type: 'spki', format: 'der' });
    return plain(der.subarray(SPKI_PREFIX.length));
  },
  x25519: (secretKey, publicKey) => {
    try {
      const shared = plain(
        diffieHellman({
          privateKey: secretKeyObject(secretKey),
          publicKey: createPublicKey({
            key: Buffer.from(concatBytes(SPKI_PREFIX, publicKey)),
            format: 'der',
            type: 'spki',
          }),
        }),
      );
      if (shared.some((byte) => byte !== 0)) return shared;
    } catch (cause) {
      throw smallOrder(cause);
    }
    throw smallOrder();
  },
  aes256Ctr: ({ key, iv, data }) => plain(createCipheriv('aes-256-ctr', key, iv).update(data)),
  sealAes256Gcm: ({ key, nonce, associatedData, plaintext }) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH });
    cipher.setAAD(associatedData);
    const body = concatBytes(cipher.update(plaintext), cipher.final());
    return concatBytes(body, cipher.getAuthTag());
  },
  openAes256Gcm: ({ key, nonce, associatedData, ciphertext }) => {
    try {
      const end = ciphertext.length - TAG_LENGTH;
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_LENGTH });
      decipher.setAAD(associatedData);
      decipher.setAuthTag(ciphertext.subarray(end));
      return concatBytes(decipher.update(ciphertext.subarray(0, end)), decipher.final());
    } catch (cause) {
      throw learningError({
        code: 'SECAGG_SHARE_INVALID',
        message: 'a sealed share does not open: it was altered or sealed for another round',
        cause,
      });
    }
  },
};

function secretKeyObject(secretKey: Uint8Array): KeyObject {
  const der = Buffer.from(concatBytes(PKCS8_PREFIX, secretKey));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

/** A view of Node's Buffer as the plain type, so that equality and serialisation see no subclass. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

function smallOrder(cause?: unknown): Error {
  return learningError({
    code: 'SECAGG_PEER_INVALID',
    message: 'an x25519 public key gives no shared secret',
    cause,
  });
}
