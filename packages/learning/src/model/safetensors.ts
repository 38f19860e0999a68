import { bytesToUtf8, canonicalJson, utf8ToBytes } from '@ddai/core';
import { learningError } from '../errors.ts';

/** One dense array of 32-bit floats. */
export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major; as many values as the shape says. */
  readonly values: Float32Array;
}

/** The content of a safetensors file: named tensors and a table of strings. */
export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: Readonly<Record<string, Tensor>>;
}

const LENGTH_BYTES = 8;
const FLOAT_BYTES = 4;
const HEADER_ALIGNMENT = 8;
/** The limit of the reference reader (github.com/huggingface/safetensors, format). */
const MAX_HEADER_BYTES = 100_000_000;
const DEFAULT_MAX_BYTES = 2 ** 30;

/**
 * Writes the safetensors format: a 64-bit little-endian header length, the header in JSON padded
 * with spaces to 8 bytes, then the tensors in the order of their names. Keys are sorted, so equal
 * content gives equal bytes, and the file can be hashed.
 */
export function writeSafetensors(file: TensorFile): Uint8Array {
  const names = Object.keys(file.tensors).sort();
  const header: Record<string, unknown> = { __metadata__: file.metadata };
  let end = 0;
  for (const name of names) {
    const { shape, values } = file.tensors[name] as Tensor;
    const start = end;
    end += values.length * FLOAT_BYTES;
    header[name] = { dtype: 'F32', shape, data_offsets: [start, end] };
  }
  const json = utf8ToBytes(canonicalJson(header));
  const headerLength = Math.ceil(json.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headerLength, true);
  bytes.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  bytes.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerLength;
  for (const name of names) {
    const { values } = file.tensors[name] as Tensor;
    // `at` is a multiple of 8, so a typed array can stand there; DataView keeps big-endian hosts right.
    if (IS_LITTLE_ENDIAN) new Float32Array(bytes.buffer, at, values.length).set(values);
    else
      for (const [i, value] of values.entries()) view.setFloat32(at + i * FLOAT_BYTES, value, true);
    at += values.length * FLOAT_BYTES;
  }
  return bytes;
}

/**
 * Reads a safetensors file of 32-bit floats from an untrusted source.
 * @throws {DdaiError} `SAFETENSORS_MALFORMED`, also on gaps, overlaps and trailing bytes, which could
 * carry hidden content.
 */
export function readSafetensors(
  bytes: Uint8Array,
  maxBytes: number = DEFAULT_MAX_BYTES,
): TensorFile {
  if (bytes.length > maxBytes) throw malformed(`${bytes.length} bytes, at most ${maxBytes}`);
  if (bytes.length < LENGTH_BYTES) throw malformed('shorter than its length field');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const headerLength = view.getUint32(0, true);
  const dataStart = LENGTH_BYTES + headerLength;
  if (view.getUint32(4, true) !== 0 || headerLength > MAX_HEADER_BYTES || dataStart > bytes.length)
    throw malformed('the header is longer than the file or the limit');
  const header = parseHeader(bytes.subarray(LENGTH_BYTES, dataStart));
  const { __metadata__: metadata = {}, ...entries } = header;
  const data = { bytes, view, start: dataStart };
  const ranges: [number, number][] = [];
  const tensors = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => {
      const { shape, range } = parseEntry(name, entry, bytes.length - dataStart);
      ranges.push(range);
      return [name, { shape, values: readFloats(data, range) }];
    }),
  );
  ranges.sort((a, b) => a[0] - b[0]);
  let covered = 0;
  for (const [start, end] of ranges) {
    if (start !== covered) throw malformed('tensors leave a gap or overlap');
    covered = end;
  }
  if (covered !== bytes.length - dataStart) throw malformed('bytes follow the last tensor');
  return { metadata: parseMetadata(metadata), tensors };
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(bytesToUtf8(bytes));
  } catch (cause) {
    throw malformed('the header is not JSON', cause);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw malformed('the header is not an object');
  return header as Record<string, unknown>;
}

function parseEntry(
  name: string,
  entry: unknown,
  available: number,
): { shape: number[]; range: [number, number] } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const isCount = (value: unknown): value is number =>
    Number.isSafeInteger(value) && (value as number) >= 0;
  if (dtype !== 'F32') throw malformed(`tensor ${name.slice(0, 40)} is not F32`);
  if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isCount))
    throw malformed(`tensor ${name.slice(0, 40)} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw malformed(`tensor ${name.slice(0, 40)} has no valid offsets`);
  const [start, end] = offsets as [number, number];
  const values = shape.reduce((product, size) => product * size, 1);
  if (end > available || end - start !== values * FLOAT_BYTES)
    throw malformed(`tensor ${name.slice(0, 40)} does not fit its shape`);
  return { shape, range: [start, end] };
}

function readFloats(
  data: { bytes: Uint8Array; view: DataView; start: number },
  [start, end]: [number, number],
): Float32Array {
  const from = data.start + start;
  // A copy of its own: `slice` of a Node Buffer is a view, and `buffer` of that the whole pool.
  if (IS_LITTLE_ENDIAN)
    return new Float32Array(new Uint8Array(data.bytes.subarray(from, data.start + end)).buffer);
  const values = new Float32Array((end - start) / FLOAT_BYTES);
  for (let i = 0; i < values.length; i++) {
    values[i] = data.view.getFloat32(from + i * FLOAT_BYTES, true);
  }
  return values;
}

function parseMetadata(metadata: unknown): Record<string, string> {
  if (typeof metadata !== 'object' || metadata === null) throw malformed('metadata is no object');
  for (const value of Object.values(metadata)) {
    if (typeof value !== 'string') throw malformed('metadata holds more than strings');
  }
  return metadata as Record<string, string>;
}

function malformed(why: string, cause?: unknown): Error {
  return learningError({
    code: 'SAFETENSORS_MALFORMED',
    message: `not a safetensors file of 32-bit floats: ${why}`,
    remedy: 'Fetch the file again and compare its hash.',
    cause,
  });
}
