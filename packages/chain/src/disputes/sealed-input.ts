import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { concatBytes, DdaiError } from '@ddai/core';
import type { Address } from 'viem';
import { bytesToHex, hexToBytes } from 'viem';

/** AES-256-GCM (NIST SP 800-38D) under keys that are used once; its nonce is therefore constant. */
const CIPHER = 'aes-256-gcm';
const NONCE = Buffer.alloc(12);
const [KEY_BYTES, TAG_BYTES, POINT_BYTES, ADDRESS_BYTES] = [32, 16, 32, 20] as const;
/** Address, ephemeral public key, wrapped key with its tag. */
const ENTRY_BYTES = ADDRESS_BYTES + POINT_BYTES + KEY_BYTES + TAG_BYTES;
/** RFC 8410: an x25519 key in DER is this and its 32 bytes. */
const PUBLIC_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');
const PRIVATE_PREFIX = Buffer.from('302e020100300506032b656e04220420', 'hex');
const CONTEXT = 'ddai dispute input key';

/** An x25519 key pair (RFC 7748), 32 bytes each. */
export interface JurorKey {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

export function createJurorKey(): JurorKey {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(PUBLIC_PREFIX.length),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PRIVATE_PREFIX.length),
  };
}

/** Encrypts a disputed input under a fresh key. */
export function sealInput(input: Uint8Array): {
  readonly sealed: Uint8Array;
  readonly key: Uint8Array;
} {
  const key = randomBytes(KEY_BYTES);
  return { sealed: encrypt(key, input), key };
}

/** @throws {DdaiError} `INPUT_NOT_OPENED` if it was sealed under another key, or changed */
export function openInput(sealed: Uint8Array, key: Uint8Array): Uint8Array {
  return decrypt(key, sealed);
}

/** The input's key for every juror, one entry each. */
export function wrapInputKey(
  key: Uint8Array,
  jurors: readonly { readonly juror: Address; readonly publicKey: Uint8Array }[],
): Uint8Array {
  return concatBytes(
    ...jurors.map(({ juror, publicKey }) => {
      const ephemeral = createJurorKey();
      const shared = agree(ephemeral.privateKey, publicKey);
      return concatBytes(hexToBytes(juror), ephemeral.publicKey, encrypt(shared, key));
    }),
  );
}

/** The input's key out of what the payer posted; undefined if there is none for this juror. */
export function unwrapInputKey(
  wrapped: Uint8Array,
  { juror, privateKey }: { readonly juror: Address; readonly privateKey: Uint8Array },
): Uint8Array | undefined {
  for (let at = 0; at + ENTRY_BYTES <= wrapped.length; at += ENTRY_BYTES) {
    const entry = wrapped.subarray(at, at + ENTRY_BYTES);
    if (bytesToHex(entry.subarray(0, ADDRESS_BYTES)) !== juror.toLowerCase()) continue;
    const ephemeral = entry.subarray(ADDRESS_BYTES, ADDRESS_BYTES + POINT_BYTES);
    return decrypt(agree(privateKey, ephemeral), entry.subarray(ADDRESS_BYTES + POINT_BYTES));
  }
  return undefined;
}

function agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  let secret: Buffer;
  try {
    secret = diffieHellman({
      privateKey: importPrivate(privateKey),
      publicKey: importPublic(publicKey),
    });
  } catch {
    // A point of small order gives zero, which node:crypto refuses: whoever claims with one opens nothing.
    secret = randomBytes(KEY_BYTES);
  }
  return new Uint8Array(hkdfSync('sha256', secret, Buffer.alloc(0), CONTEXT, KEY_BYTES));
}

function importPrivate(bytes: Uint8Array): KeyObject {
  const key = Buffer.concat([PRIVATE_PREFIX, bytes]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function importPublic(bytes: Uint8Array): KeyObject {
  return createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, bytes]),
    format: 'der',
    type: 'spki',
  });
}

function encrypt(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv(CIPHER, key, NONCE);
  return concatBytes(cipher.update(plain), cipher.final(), cipher.getAuthTag());
}

function decrypt(key: Uint8Array, sealed: Uint8Array): Uint8Array {
  try {
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(CIPHER, key, NONCE);
    decipher.setAuthTag(sealed.subarray(end));
    return concatBytes(decipher.update(sealed.subarray(0, end)), decipher.final());
  } catch (cause) {
    throw new DdaiError({
      code: 'INPUT_NOT_OPENED',
      message: 'the posted input or key cannot be opened with the key of this juror',
      remedy: 'Commit `unavailable`: it counts for acquittal.',
      cause,
    });
  }
}
