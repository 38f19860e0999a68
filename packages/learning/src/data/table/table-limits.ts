import { learningError } from '../../errors.ts';

/** What a table may hold at most; beyond it the file is refused, never cut. */
export interface TableLimits {
  readonly maxBytes: number;
  readonly maxRows: number;
  readonly maxColumns: number;
  /** Rows times columns. */
  readonly maxCells: number;
  /** Per cell, in UTF-16 code units (CSV) or bytes (parquet). */
  readonly maxCellLength: number;
}

/**
 * Sized so that the largest table fits a heap of 4 GB: MNIST as pixel columns has 47 million cells.
 * V8 has no string above 2^29 units, which bounds CSV.
 */
export const DEFAULT_TABLE_LIMITS: TableLimits = {
  maxBytes: 256 * 2 ** 20,
  maxRows: 5_000_000,
  maxColumns: 4_096,
  maxCells: 64_000_000,
  maxCellLength: 20_000,
};

/** @throws {DdaiError} `TABLE_TOO_LARGE` names the first limit that is passed, and both numbers. */
export function assertTableSize(options: {
  readonly file: string;
  readonly limits: TableLimits;
  readonly bytes?: number;
  readonly rows?: number;
  readonly columns?: number;
}): void {
  const { file, limits, bytes = 0, rows = 0, columns = 0 } = options;
  const sizes = [
    ['bytes', bytes, limits.maxBytes],
    ['rows', rows, limits.maxRows],
    ['columns', columns, limits.maxColumns],
    ['cells', rows * columns, limits.maxCells],
  ] as const;
  for (const [what, found, limit] of sizes) {
    if (found <= limit) continue;
    throw learningError({
      code: 'TABLE_TOO_LARGE',
      message: `${file}: ${found} ${what}, at most ${limit} are read`,
      remedy: 'Split the file, leave out columns, or train on a sample of it.',
      fields: { file, what, found, limit },
    });
  }
}
