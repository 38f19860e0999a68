/** The footer of a parquet file nests six levels (file, row group, column, metadata, statistics). */
const MAX_DEPTH = 16;
/** Seven bits a byte: ten bytes hold 64 bits. */
const MAX_VARINT_BYTES = 10;

const FIELD = { true: 1, false: 2, byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8 } as const;
const LIST = 9;
const STRUCT = 12;

/**
 * Walks one struct of Thrift's compact protocol from `start` without building a value, and returns
 * where it ends. A list or a string that claims more than the bytes that are left, or nesting
 * without end, is found here, before a decoder sets memory aside for it. (Apache Thrift,
 * `thrift-compact-protocol.md`.)
 * @throws {RangeError} on such a claim.
 */
export function assertThriftBounded(bytes: Uint8Array, start: number): number {
  let at = start;

  function next(): number {
    if (at >= bytes.length) throw new RangeError('a structure ends beyond the file');
    return bytes[at++] as number;
  }

  function varint(): number {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = next();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number has more than 64 bits');
  }

  function skip(length: number): void {
    if (length > bytes.length - at) throw new RangeError('a field is longer than the file');
    at += length;
  }

  function element(type: number, depth: number, inList: boolean): void {
    if (type === FIELD.true || type === FIELD.false) {
      if (inList) skip(1);
    } else if (type === FIELD.byte) skip(1);
    else if (type === FIELD.i16 || type === FIELD.i32 || type === FIELD.i64) varint();
    else if (type === FIELD.double) skip(8);
    else if (type === FIELD.binary) skip(varint());
    else if (type === LIST) list(depth);
    else if (type === STRUCT) struct(depth + 1);
    else throw new RangeError(`a field has the unknown type ${type}`);
  }

  function list(depth: number): void {
    if (depth + 1 > MAX_DEPTH) throw new RangeError('structures are nested too deeply');
    const head = next();
    const size = head >> 4 === 15 ? varint() : head >> 4;
    if (size > bytes.length - at) throw new RangeError('a list is longer than the file');
    for (let i = 0; i < size; i++) element(head & 0x0f, depth + 1, true);
  }

  function struct(depth: number): void {
    if (depth > MAX_DEPTH) throw new RangeError('structures are nested too deeply');
    for (;;) {
      const head = next();
      if ((head & 0x0f) === 0) return;
      if (head >> 4 === 0) varint();
      element(head & 0x0f, depth, false);
    }
  }

  struct(0);
  return at;
}
