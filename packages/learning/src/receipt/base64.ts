const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
const VALUES = new Int8Array(128).fill(-1);
for (let value = 0; value < CODES.length; value++) VALUES[CODES[value] as number] = value;
const PADDING = '='.charCodeAt(0);
const ascii = new TextDecoder();

/** RFC 4648, section 4, with padding. */
export function bytesToBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(PADDING);
  let to = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const a = bytes[at] as number;
    const b = left > 1 ? (bytes[at + 1] as number) : 0;
    const c = left > 2 ? (bytes[at + 2] as number) : 0;
    codes[to] = CODES[a >> 2] as number;
    codes[to + 1] = CODES[((a & 3) << 4) | (b >> 4)] as number;
    if (left > 1) codes[to + 2] = CODES[((b & 15) << 2) | (c >> 6)] as number;
    if (left > 2) codes[to + 3] = CODES[c & 63] as number;
    to += 4;
  }
  return ascii.decode(codes);
}

/**
 * Reads the one spelling that {@link bytesToBase64} writes; undefined for any other text, so that no
 * two texts stand for the same bytes.
 */
export function base64ToBytes(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let held = 0;
  let heldBits = 0;
  let to = 0;
  for (let at = 0; at < text.length - padding; at++) {
    const value = VALUES[text.charCodeAt(at)] ?? -1;
    if (value < 0) return undefined;
    held = ((held << 6) | value) & 0xffff;
    heldBits += 6;
    if (heldBits < 8) continue;
    heldBits -= 8;
    bytes[to++] = held >> heldBits;
  }
  return (held & ((1 << heldBits) - 1)) === 0 ? bytes : undefined;
}
