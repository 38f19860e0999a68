/**
 * What a participant tells a coordinator about its data before a job starts. It is made to leave:
 * it holds numbers of rows rounded to tens, statistics rounded to one decimal, and names of columns
 * and labels that the partners agreed on beforehand. No cell, no name that is not in the schema.
 */
export interface DataReport {
  readonly fits: boolean;
  /** Rows, rounded down to tens. */
  readonly rows: number;
  readonly findings: readonly DataFinding[];
}

export type DataFinding =
  | { readonly code: 'DATA_TOO_FEW_EXAMPLES'; readonly needed: number }
  /** A column of the schema that the file lacks. */
  | { readonly code: 'DATA_COLUMN_MISSING'; readonly column: string }
  /** Columns that the schema does not name, counted. */
  | { readonly code: 'DATA_COLUMN_UNKNOWN'; readonly columns: number }
  /** Cells that are no value of their column. */
  | { readonly code: 'DATA_CELL_INVALID'; readonly column: string; readonly share: number }
  /** Rows whose label is not in the schema, and how many such labels there are. */
  | { readonly code: 'DATA_LABEL_UNKNOWN'; readonly labels: number }
  /** A label of the schema that no row has. */
  | { readonly code: 'DATA_LABEL_ABSENT'; readonly label: string }
  | { readonly code: 'DATA_LABEL_TOO_SMALL'; readonly label: string; readonly needed: number }
  | { readonly code: 'DATA_ONE_LABEL' }
  /** The column is far from the agreed reference: its stability index, rounded, at most 10. */
  | { readonly code: 'DATA_COLUMN_DRIFTED'; readonly column: string; readonly index: number };

const ROUND_ROWS_TO = 10;
const MAX_INDEX = 10;

/** Numbers of rows as a report shows them. */
export function coarseRows(rows: number): number {
  return Math.floor(rows / ROUND_ROWS_TO) * ROUND_ROWS_TO;
}

/** A statistic as a report shows it: one decimal, 0 to 10. */
export function coarseStatistic(value: number): number {
  return Math.min(MAX_INDEX, Math.max(0, Math.round(value * 10) / 10));
}
