import { learningError } from '../errors.ts';

/** Bytes that `count` values of `bits` bits take, the last byte filled up with zeros. */
export function packedLength(count: number, bits: number): number {
  return Math.ceil((count * bits) / 8);
}

/** Writes the low `bits` (1 to 32) of every value one after the other, least significant first. */
export function packBits(values: Uint32Array, bits: number): Uint8Array {
  const bytes = new Uint8Array(packedLength(values.length, bits));
  const mask = maskOf(bits);
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    const value = ((values[i] as number) & mask) >>> 0;
    // At most 7 bits are held here, so a value wider than 24 bits is added in two parts.
    const first = bits > 24 ? 16 : bits;
    held |= (first === 32 ? value : value & maskOf(first)) << heldBits;
    for (heldBits += first; heldBits >= 8; heldBits -= 8) {
      bytes[at++] = held & 0xff;
      held >>>= 8;
    }
    if (bits <= 24) continue;
    held |= (value >>> 16) << heldBits;
    for (heldBits += bits - 16; heldBits >= 8; heldBits -= 8) {
      bytes[at++] = held & 0xff;
      held >>>= 8;
    }
  }
  if (heldBits > 0) bytes[at] = held & 0xff;
  return bytes;
}

/**
 * Adds packed values to `sums`, modulo 2^32 (so also modulo every
 * smaller power of two).
 * @throws {DdaiError} `MESSAGE_MALFORMED` on another length or filling bits that are not zero.
 */
export function addPacked(sums: Uint32Array, bytes: Uint8Array, bits: number): void {
  if (bytes.length !== packedLength(sums.length, bits)) throw malformed('has another length');
  const mask = maskOf(bits);
  let held = 0;
  let heldBits = 0;
  let at = 0;
  for (let i = 0; i < sums.length; i++) {
    let value: number;
    if (bits <= 24) {
      for (; heldBits < bits; heldBits += 8) held |= (bytes[at++] as number) << heldBits;
      value = held & mask;
      held >>>= bits;
      heldBits -= bits;
    } else {
      for (; heldBits < 16; heldBits += 8) held |= (bytes[at++] as number) << heldBits;
      const low = held & 0xffff;
      held >>>= 16;
      heldBits -= 16;
      for (; heldBits < bits - 16; heldBits += 8) held |= (bytes[at++] as number) << heldBits;
      value = low | ((held & maskOf(bits - 16)) << 16);
      held >>>= bits - 16;
      heldBits -= bits - 16;
    }
    sums[i] = (sums[i] as number) + value;
  }
  if (held !== 0) throw malformed('has filling bits that are not zero');
}

/** The low `bits` bits set; -1 (all of them) for 32. */
function maskOf(bits: number): number {
  return bits === 32 ? -1 : 2 ** bits - 1;
}

function malformed(what: string): Error {
  return learningError({ code: 'MESSAGE_MALFORMED', message: `a packed vector ${what}` });
}
