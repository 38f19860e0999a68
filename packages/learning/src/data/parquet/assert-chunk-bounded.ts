import type { ColumnMetaData, PageHeader, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { assertRunsBounded } from './assert-runs-bounded.ts';
import { assertThriftBounded } from './assert-thrift-bounded.ts';

/** The codecs that hyparquet reads by itself. */
const CODECS = new Set(['UNCOMPRESSED', 'SNAPPY']);
/**
 * Without DELTA_BYTE_ARRAY: there each value may repeat the whole one before it, so a page of a
 * megabyte can stand for a terabyte.
 */
const ENCODINGS = new Set([
  'PLAIN',
  'PLAIN_DICTIONARY',
  'RLE_DICTIONARY',
  'RLE',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'BYTE_STREAM_SPLIT',
]);

/** One column of one row group, as the footer claims it. */
export interface ClaimedChunk {
  readonly meta: ColumnMetaData;
  readonly element: SchemaElement;
  /** Rows of its row group. */
  readonly rows: number;
  /** Bytes that all pages together may unpack to. */
  readonly maxUnpackedBytes: number;
}

/**
 * Walks the pages of one column before they are decoded: every size they claim lies within the
 * file, within `maxUnpackedBytes` and within the rows of the group. Pages are unpacked one at a time
 * to check their runs.
 * @returns the bytes that they unpack to.
 * @throws {RangeError} saying what a page claims.
 */
export function assertChunkBounded(file: Uint8Array, chunk: ClaimedChunk): number {
  const { meta, element, rows, maxUnpackedBytes } = chunk;
  if (!CODECS.has(meta.codec)) throw new RangeError(`pages are packed with ${meta.codec}`);
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  const end = start + Number(meta.total_compressed_size);
  if (!(start >= 4 && end > start && end <= file.length)) {
    throw new RangeError('a column lies outside the file');
  }
  const bytes = file.subarray(start, end);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  let values = 0;
  let unpacked = 0;
  while (at < bytes.length && values < rows) {
    const body = assertThriftBounded(bytes, at);
    const header = parquetHeader({ view, offset: at });
    const packed = header.compressed_page_size;
    const size = header.uncompressed_page_size;
    if (!(packed >= 0 && packed <= bytes.length - body)) {
      throw new RangeError(`a page claims ${packed} bytes of the file`);
    }
    unpacked += size;
    if (!(size >= 0 && unpacked <= maxUnpackedBytes)) {
      throw new RangeError(`pages claim to unpack to ${unpacked} bytes`);
    }
    at = body + packed;
    values += checkPage({ page: bytes.subarray(body, at), header, meta, element, rows, values });
  }
  if (values !== rows) throw new RangeError(`a column has ${values} of ${rows} values`);
  return unpacked;
}

interface Page {
  readonly page: Uint8Array;
  readonly header: PageHeader;
  readonly meta: ColumnMetaData;
  readonly element: SchemaElement;
  readonly rows: number;
  readonly values: number;
}

/** @returns how many rows the page holds; none for a dictionary. */
function checkPage(input: Page): number {
  const { page, header, meta, element, rows, values } = input;
  const { dictionary_page_header: dictionary, data_page_header: v1 } = header;
  const v2 = header.data_page_header_v2;
  const isOptional = element.repetition_type === 'OPTIONAL';
  if (header.type === 'DICTIONARY_PAGE' && dictionary !== undefined) {
    // A BYTE_ARRAY of no letters takes four bytes, a boolean an eighth: a value never less.
    if (!(dictionary.num_values >= 0 && dictionary.num_values <= header.uncompressed_page_size)) {
      throw new RangeError(`a dictionary claims ${dictionary.num_values} values`);
    }
    return 0;
  }
  const data = header.type === 'DATA_PAGE' ? v1 : header.type === 'DATA_PAGE_V2' ? v2 : undefined;
  if (data === undefined) throw new RangeError(`a page has the unknown type ${header.type}`);
  if (!(data.num_values >= 0 && data.num_values <= rows - values)) {
    throw new RangeError(`a page claims ${data.num_values} values`);
  }
  if (!ENCODINGS.has(data.encoding)) throw new RangeError(`a page is encoded as ${data.encoding}`);
  const levels = { bitWidth: 1, atMost: data.num_values };
  if (v2 !== undefined && header.type === 'DATA_PAGE_V2') {
    const { definition_levels_byte_length: length, num_nulls: nulls } = v2;
    if (!(length >= 0 && length <= page.length && v2.repetition_levels_byte_length === 0)) {
      throw new RangeError('a page claims levels beyond its end');
    }
    if (!(nulls >= 0 && nulls <= v2.num_values && v2.num_rows === v2.num_values)) {
      throw new RangeError('a page claims more empty values than it holds');
    }
    if (isOptional) assertRunsBounded({ bytes: page, start: 0, end: length, ...levels });
    const rest = page.subarray(length);
    const size = header.uncompressed_page_size - length;
    const bytes =
      v2.is_compressed === false ? rest : decompressPage(rest, size, meta.codec, undefined);
    checkValues({ bytes, start: 0, encoding: v2.encoding, meta, atMost: v2.num_values - nulls });
    return v2.num_values;
  }
  const bytes = decompressPage(page, header.uncompressed_page_size, meta.codec, undefined);
  let start = 0;
  if (isOptional) {
    start = 4 + readLength(bytes, 0);
    assertRunsBounded({ bytes, start: 4, end: start, ...levels });
  }
  checkValues({ bytes, start, encoding: data.encoding, meta, atMost: data.num_values });
  return data.num_values;
}

/** Indices into a dictionary, and booleans, are runs; every other value takes bytes of its own. */
function checkValues(input: {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly encoding: string;
  readonly meta: ColumnMetaData;
  readonly atMost: number;
}): void {
  const { bytes, start, encoding, meta, atMost } = input;
  if (!(encoding.endsWith('DICTIONARY') || encoding === 'RLE') || atMost === 0) return;
  if (meta.type === 'BOOLEAN') {
    const end = start + 4 + readLength(bytes, start);
    assertRunsBounded({ bytes, start: start + 4, end, bitWidth: 1, atMost });
    return;
  }
  const bitWidth = bytes[start] ?? 0;
  if (bitWidth === 0) return;
  assertRunsBounded({ bytes, start: start + 1, end: bytes.length, bitWidth, atMost });
}

function readLength(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new RangeError('a page ends before its values');
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);
}
