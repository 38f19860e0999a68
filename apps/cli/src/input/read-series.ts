import { bytesToUtf8, DdaiError } from '@ddai/core';
import type { EventInput } from '@ddai/sdk';
import { readFileLimited } from '@ddai/storage';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const rowSchema = z.object({
  at: z.iso.datetime(),
  value: z.coerce.number(),
  customer: z.string().optional(),
});
const MAX_SERIES_BYTES = 16 * 1024 * 1024;

/** Reads a CSV with `at` (ISO 8601, UTC), `value` and, where known, `customer`. @throws {DdaiError} `FILE_LINE_INVALID` */
export function readSeries(path: string, series: string): EventInput[] {
  const rows = parse(bytesToUtf8(readFileLimited(path, MAX_SERIES_BYTES)), {
    columns: true,
    skip_empty_lines: true,
  }) as unknown[];
  return rows.map((row, index) => {
    const parsed = rowSchema.safeParse(row);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new DdaiError({
        code: 'FILE_LINE_INVALID',
        message: `${path}, row ${index + 1}: ${issue?.path.join('.')}: ${issue?.message}`,
        remedy: 'Columns: at, value and, where known, customer.',
      });
    }
    const { at, value, customer } = parsed.data;
    return {
      id: `${series}/${at}`,
      series,
      at,
      value,
      ...(customer === undefined || customer === '' ? {} : { customer }),
    };
  });
}
