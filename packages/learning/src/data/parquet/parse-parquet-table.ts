import { isDdaiError } from '@ddai/core';
import { type FileMetaData, parquetMetadata, parquetRead, type SchemaElement } from 'hyparquet';
import type { Cell, RawTable } from '../table/raw-table.ts';
import { assertTableSize, DEFAULT_TABLE_LIMITS, type TableLimits } from '../table/table-limits.ts';
import { tableMalformed } from '../table/table-malformed.ts';
import { assertChunkBounded } from './assert-chunk-bounded.ts';
import { assertThriftBounded } from './assert-thrift-bounded.ts';

/** Length of the footer and the magic number `PAR1`. */
const TRAILER_BYTES = 8;
const TYPES = new Set(['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE', 'BYTE_ARRAY']);
/** Bytes of a value at most, for typed numbers. */
const NUMBER_BYTES = 8;
const REMEDY =
  'Write the file again: flat columns of numbers, booleans or text, packed with Snappy or not at all.';

/**
 * Reads an Apache Parquet file with flat columns, packed with Snappy or not packed. The file is not
 * trusted: what footer, pages and runs claim is checked against the file and the limits before
 * memory is set aside for it.
 * @throws {DdaiError} `TABLE_TOO_LARGE`, or `TABLE_MALFORMED` saying what is wrong with the file.
 */
export async function parseParquetTable(options: {
  readonly file: string;
  readonly content: Uint8Array;
  readonly limits?: Partial<TableLimits>;
}): Promise<RawTable> {
  const { file, content } = options;
  const limits = { ...DEFAULT_TABLE_LIMITS, ...options.limits };
  assertTableSize({ file, limits, bytes: content.length });
  try {
    const metadata = readFooter(content);
    const names = readNames(metadata.schema);
    const rows = Number(metadata.num_rows);
    if (!(rows >= 0)) throw new RangeError(`the footer claims ${rows} rows`);
    assertTableSize({ file, limits, rows, columns: names.length });
    checkGroups({ content, metadata, rows, limits });
    return { file, rows, columns: await readColumns({ content, metadata, names, rows }) };
  } catch (cause) {
    if (isDdaiError(cause)) throw cause;
    // Whatever a decoder stumbles over is the file's fault: nothing else is read here.
    const reason = cause instanceof Error ? cause.message : 'unreadable';
    throw tableMalformed({ file, reason: `damaged parquet: ${reason}`, remedy: REMEDY, cause });
  }
}

function readFooter(content: Uint8Array): FileMetaData {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const end = content.length - TRAILER_BYTES;
  const length = end < 0 ? 0 : view.getUint32(end, true);
  if (length === 0 || length > end) throw new RangeError('no footer');
  const footer = content.subarray(end - length);
  assertThriftBounded(footer.subarray(0, length), 0);
  return parquetMetadata(footer, { geoparquet: false });
}

/** Names of the columns, refusing lists and structures: a row of a table has one value a column. */
function readNames(schema: readonly SchemaElement[]): string[] {
  const [root, ...columns] = schema;
  if (root?.num_children !== columns.length) throw new RangeError('columns are nested');
  for (const { name, type, repetition_type: repetition, num_children: children } of columns) {
    if ((children ?? 0) > 0 || repetition === 'REPEATED') {
      throw new RangeError(`column "${name.slice(0, 40)}" is nested`);
    }
    if (type === undefined || !TYPES.has(type)) {
      throw new RangeError(`column "${name.slice(0, 40)}" has the type ${type}, which is not read`);
    }
  }
  const names = columns.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw new RangeError('two columns have one name');
  return names;
}

function checkGroups(input: {
  readonly content: Uint8Array;
  readonly metadata: FileMetaData;
  readonly rows: number;
  readonly limits: TableLimits;
}): void {
  const { content, metadata, rows, limits } = input;
  const elements = metadata.schema.slice(1);
  let left = limits.maxBytes * NUMBER_BYTES;
  let total = 0;
  for (const group of metadata.row_groups) {
    const own = Number(group.num_rows);
    total += own;
    if (!(own >= 0 && total <= rows))
      throw new RangeError('row groups claim more rows than there are');
    if (group.columns.length !== elements.length)
      throw new RangeError('a row group lacks a column');
    group.columns.forEach(({ meta_data: meta, file_path: path }, column) => {
      const element = elements[column] as SchemaElement;
      if (meta === undefined || path !== undefined) throw new RangeError('a column lies elsewhere');
      if (meta.type !== element.type || meta.path_in_schema.join('.') !== element.name) {
        throw new RangeError(`column ${column + 1} of a row group is not that of the schema`);
      }
      if (own === 0) return;
      left -= assertChunkBounded(content, { meta, element, rows: own, maxUnpackedBytes: left });
    });
  }
  if (total !== rows) throw new RangeError(`row groups hold ${total} of ${rows} rows`);
}

async function readColumns(input: {
  readonly content: Uint8Array;
  readonly metadata: FileMetaData;
  readonly names: readonly string[];
  readonly rows: number;
}): Promise<Map<string, ArrayLike<Cell>>> {
  const { content, metadata, names, rows } = input;
  const columns = new Map(names.map((name) => [name, new Array<Cell>(rows)]));
  const file = {
    byteLength: content.length,
    slice: (start: number, end: number = content.length): ArrayBuffer =>
      content.slice(start, end).buffer as ArrayBuffer,
  };
  await parquetRead({
    file,
    metadata,
    geoparquet: false,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const cells = columns.get(columnName);
      for (let i = 0; i < columnData.length && cells !== undefined; i++) {
        cells[rowStart + i] = toCell(columnData[i]);
      }
    },
  });
  for (const [name, cells] of columns) {
    if (cells.length !== rows) throw new RangeError(`column "${name.slice(0, 40)}" is too long`);
  }
  return columns;
}

/** Dates as ISO 8601; bytes that are no text as something that no schema accepts. */
function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'string') return value.trim();
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return value;
  }
  return value instanceof Date ? value.toISOString() : '[binary]';
}
