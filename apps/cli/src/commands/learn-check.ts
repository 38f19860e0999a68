import { checkTable, parseTableSchema } from '@ddai/learning';
import { z } from 'zod';
import { readJsonFile } from '../input/read-json-file.ts';
import { printResult } from '../output/print-result.ts';
import { readTable } from '../simulation/read-table.ts';

export interface LearnCheckFlags {
  readonly data: string;
  readonly schema: string;
  readonly minExamples: number;
  readonly minPerLabel: number;
  readonly everyLabel: boolean;
  readonly json: boolean;
}

/** `ddai learn check`: does a table fit an agreed schema? Prints what would leave, and nothing else. */
export async function learnCheck(flags: LearnCheckFlags): Promise<void> {
  const { data, schema: schemaFile, minExamples, minPerLabel, everyLabel, json } = flags;
  const schema = parseTableSchema(readJsonFile(schemaFile, z.unknown(), 'a table schema as JSON'));
  const table = await readTable(data);
  const demands = { minExamples, minPerLabel, everyLabel };
  const report = checkTable({ table, schema, demands });
  printResult(
    { ...report },
    {
      json,
      lines: report.fits
        ? [`fits the schema (${report.rows} rows or a few more)`]
        : report.findings.map(({ code, ...more }) => `${code}  ${JSON.stringify(more)}`),
    },
  );
  if (!report.fits) process.exitCode = 1;
}
