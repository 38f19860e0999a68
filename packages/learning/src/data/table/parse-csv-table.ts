import { bytesToUtf8 } from '@ddai/core';
import { CsvError, parse } from 'csv-parse/sync';
import type { RawTable } from './raw-table.ts';
import { assertTableSize, DEFAULT_TABLE_LIMITS, type TableLimits } from './table-limits.ts';
import { tableMalformed } from './table-malformed.ts';

/**
 * Reads CSV (RFC 4180, UTF-8, names of columns in the first line). Cells stay text, without the
 * spaces around them.
 * @throws {DdaiError} `TABLE_TOO_LARGE`; `TABLE_MALFORMED` with the line, for what is not CSV or
 * UTF-8, rows of another length than the header, names that are empty or occur twice.
 */
export function parseCsvTable(options: {
  readonly file: string;
  readonly content: Uint8Array | string;
  readonly limits?: Partial<TableLimits>;
}): RawTable {
  const { file, content } = options;
  const limits = { ...DEFAULT_TABLE_LIMITS, ...options.limits };
  assertTableSize({ file, limits, bytes: content.length });
  const names: string[] = [];
  const cells: string[][] = [];
  let rows = 0;
  const collect = (record: string[]): null => {
    if (names.length === 0) {
      names.push(...readNames(file, record, limits));
      cells.push(...names.map((): string[] => []));
      return null;
    }
    rows += 1;
    assertTableSize({ file, limits, rows, columns: names.length });
    for (let column = 0; column < names.length; column++) {
      cells[column]?.push(record[column] as string);
    }
    return null;
  };
  try {
    parse(decode(file, content), {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: limits.maxCellLength * 4 + limits.maxColumns * 64,
      on_record: collect,
    });
  } catch (cause) {
    throw cause instanceof CsvError ? describe(file, cause) : cause;
  }
  if (names.length === 0) {
    throw tableMalformed({ file, reason: 'empty file', remedy: 'Start with a line of names.' });
  }
  return { file, rows, columns: new Map(names.map((name, i) => [name, cells[i] as string[]])) };
}

function decode(file: string, content: Uint8Array | string): string {
  if (typeof content === 'string') return content;
  try {
    return bytesToUtf8(content);
  } catch (cause) {
    throw tableMalformed({
      file,
      reason: 'not UTF-8 text',
      remedy: 'Save the file as CSV in UTF-8; spreadsheets offer it as "CSV UTF-8".',
      cause,
    });
  }
}

function readNames(file: string, record: readonly string[], limits: TableLimits): string[] {
  assertTableSize({ file, limits, columns: record.length });
  const seen = new Set<string>();
  record.forEach((name, column) => {
    if (name !== '' && !seen.has(name)) {
      seen.add(name);
      return;
    }
    throw tableMalformed({
      file,
      reason:
        name === ''
          ? `column ${column + 1} has no name in the first line`
          : `two columns are named "${name.slice(0, 40)}"`,
      remedy: 'Give every column a name of its own in the first line.',
      line: 1,
    });
  });
  return [...record];
}

function describe(file: string, cause: CsvError): Error {
  const line = typeof cause.lines === 'number' ? cause.lines : 0;
  return tableMalformed({
    file,
    reason: `line ${line} is not RFC 4180 CSV with as many fields as the first line (${cause.code})`,
    remedy: 'Quote fields that hold commas, quotes or line breaks, and double inner quotes.',
    line,
    cause,
  });
}
