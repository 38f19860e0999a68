/** A bit-packed group holds eight values; the last may be padded. */
const GROUP = 8;

/**
 * Walks the runs of a run-length and bit-packed stream and refuses one that claims more than
 * `atMost` values: a run of two bytes can claim 2^31, which a decoder would write out. (Apache
 * Parquet format, `Encodings.md`, RLE.) A stream that ends early is left to the decoder, which
 * notices.
 * @throws {RangeError} on such a claim or an empty run.
 */
export function assertRunsBounded(options: {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  /** Bits of one value, 0 to 32. */
  readonly bitWidth: number;
  readonly atMost: number;
}): void {
  const { bytes, start, end, bitWidth, atMost } = options;
  if (bitWidth > 32 || end > bytes.length) throw new RangeError('a run is longer than its page');
  let at = start;
  let seen = 0;
  while (seen < atMost && at < end) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end || shift > 28) throw new RangeError('a page ends within its runs');
      const byte = bytes[at++] as number;
      header += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    const isPacked = header % 2 === 1;
    const count = Math.floor(header / 2) * (isPacked ? GROUP : 1);
    if (count === 0 || count > atMost - seen + (isPacked ? GROUP - 1 : 0)) {
      throw new RangeError(`a run claims ${count} values`);
    }
    at += isPacked ? (count / GROUP) * bitWidth : Math.ceil(bitWidth / 8);
    seen += count;
  }
}
