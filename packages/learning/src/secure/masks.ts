import { canonicalJson, utf8ToBytes } from '@ddai/core';
import type { CryptoSuite } from './crypto-suite.ts';

/** Keystream is drawn in pieces of this many bytes: no second copy of a whole mask is held. */
const PIECE_BYTES = 2 ** 18;
const AES_BLOCK = 16;
export const KEY_LENGTH = 32;

/**
 * A 256-bit key from `secret` for one use: `label`, round and the two names (one name, for a
 * client's own mask) are bound into HKDF's info, so no key of one round opens anything of another.
 */
export function deriveRoundKey(options: {
  readonly suite: CryptoSuite;
  readonly secret: Uint8Array;
  readonly label: 'pair-mask' | 'self-mask' | 'share-channel';
  readonly roundId: string;
  readonly names: readonly string[];
}): Uint8Array {
  const { suite, secret, label, roundId, names } = options;
  return suite.hkdfSha256({
    secret,
    salt: utf8ToBytes('ddai-secagg-v1'),
    info: utf8ToBytes(canonicalJson([label, roundId, ...names])),
    length: KEY_LENGTH,
  });
}

/**
 * Adds (sign 1) or subtracts (sign -1) the AES-256-CTR stream of `key` to every coordinate, modulo
 * 2^32. Each coordinate takes 2 bytes of the stream up to a modulus of 16 bits, else 4, read as a
 * little-endian number; the bits above the modulus are cut when the vector is packed.
 */
export function addMask(options: {
  readonly suite: CryptoSuite;
  readonly coordinates: Uint32Array;
  readonly key: Uint8Array;
  readonly sign: 1 | -1;
  readonly modulusBits: number;
}): void {
  const { suite, coordinates, key, sign, modulusBits } = options;
  const width = modulusBits <= 16 ? 2 : 4;
  const zeros = new Uint8Array(Math.min(PIECE_BYTES, coordinates.length * width));
  const iv = new Uint8Array(AES_BLOCK);
  const counter = new DataView(iv.buffer);
  for (let start = 0; start < coordinates.length; start += PIECE_BYTES / width) {
    const size = Math.min(PIECE_BYTES / width, coordinates.length - start);
    counter.setUint32(AES_BLOCK - 4, (start * width) / AES_BLOCK);
    const data = zeros.subarray(0, size * width);
    const stream = littleEndianWords(suite.aes256Ctr({ key, iv, data }), width);
    if (sign === 1) {
      for (let i = 0; i < size; i++) {
        coordinates[start + i] = (coordinates[start + i] as number) + (stream[i] as number);
      }
    } else {
      for (let i = 0; i < size; i++) {
        coordinates[start + i] = (coordinates[start + i] as number) - (stream[i] as number);
      }
    }
  }
}

/** The mask of a pair is added by the one whose name sorts first and subtracted by the other. */
export function pairSign(own: string, peer: string): 1 | -1 {
  return own < peer ? 1 : -1;
}

/** The two names of a pair in one order for both. */
export function pairNames(a: string, b: string): readonly [string, string] {
  return a < b ? [a, b] : [b, a];
}

const HOST_IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function littleEndianWords(bytes: Uint8Array, width: 2 | 4): Uint16Array | Uint32Array {
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  if (!HOST_IS_LITTLE_ENDIAN) swapWords(aligned, width);
  return width === 2
    ? new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2)
    : new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}

function swapWords(bytes: Uint8Array, width: number): void {
  for (let at = 0; at < bytes.length; at += width) bytes.subarray(at, at + width).reverse();
}
