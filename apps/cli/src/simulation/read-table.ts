import { extname } from 'node:path';
import {
  DEFAULT_TABLE_LIMITS,
  parseCsvTable,
  parseParquetTable,
  type RawTable,
} from '@ddai/learning';
import { readFileLimited } from '@ddai/storage';
import { callerPath } from '../input/caller-path.ts';

/** Reads `.parquet`, and every other name as CSV. @throws {DdaiError} `FILE_…`, `TABLE_…` */
export async function readTable(path: string): Promise<RawTable> {
  const content = readFileLimited(callerPath(path), DEFAULT_TABLE_LIMITS.maxBytes);
  return extname(path).toLowerCase() === '.parquet'
    ? parseParquetTable({ file: path, content })
    : parseCsvTable({ file: path, content });
}
