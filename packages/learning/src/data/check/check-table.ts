import { type CellReader, createCellReader } from '../table/cell-reader.ts';
import { binOf as binOfNumber } from '../table/encode-table.ts';
import type { RawTable } from '../table/raw-table.ts';
import {
  fileColumns,
  type TableColumn,
  type TableSchema,
  type TargetColumn,
} from '../table/table-schema.ts';
import { checkLabelCounts, type DataDemands } from './check-label-counts.ts';
import { coarseRows, coarseStatistic, type DataFinding, type DataReport } from './data-report.ts';
import { driftThreshold, populationStability } from './population-stability.ts';

/**
 * Compares a participant's table with the agreed schema before a job starts. Unlike reading it for
 * training, this does not stop at the first fault; and its report may leave the participant.
 */
export function checkTable(options: {
  readonly table: RawTable;
  readonly schema: TableSchema;
  readonly demands: DataDemands;
}): DataReport {
  const { table, schema, demands } = options;
  const agreed = new Set(schema.columns.flatMap(fileColumns));
  const unknown = [...table.columns.keys()].filter((name) => !agreed.has(name)).length;
  const findings: DataFinding[] = [];
  if (unknown > 0) findings.push({ code: 'DATA_COLUMN_UNKNOWN', columns: unknown });
  if (table.rows < demands.minExamples) {
    findings.push({ code: 'DATA_TOO_FEW_EXAMPLES', needed: demands.minExamples });
  }
  for (const column of schema.columns) {
    if (column.kind === 'key' || column.kind === 'ignored') continue;
    for (const name of fileColumns(column)) {
      const cells = table.columns.get(name);
      if (cells === undefined) findings.push({ code: 'DATA_COLUMN_MISSING', column: name });
      else {
        const reader = createCellReader({ file: table.file, name, cells });
        findings.push(...checkColumn(name, column, reader));
        if (column.kind === 'target') findings.push(...checkTarget(column, reader, demands));
      }
    }
  }
  return { fits: findings.length === 0, rows: coarseRows(table.rows), findings };
}

function checkColumn(name: string, column: TableColumn, reader: CellReader): DataFinding[] {
  const bins = new Uint32Array(binsOf(column));
  let invalid = 0;
  for (let row = 0; row < reader.rows; row++) {
    const bin = binOf(column, reader, row);
    if (bin === undefined) invalid += 1;
    else if (bin < bins.length) bins[bin] = (bins[bin] as number) + 1;
  }
  const rows = reader.rows - invalid;
  const findings: DataFinding[] = [];
  if (invalid > 0) {
    // At least a tenth: a share that rounds to nothing would say that there is nothing.
    const share = Math.max(0.1, coarseStatistic(invalid / reader.rows));
    findings.push({ code: 'DATA_CELL_INVALID', column: name, share });
  }
  const expected = referenceOf(column);
  if (expected === undefined || rows === 0) return findings;
  const index = populationStability(bins, expected);
  if (index >= driftThreshold({ rows, bins: bins.length })) {
    findings.push({ code: 'DATA_COLUMN_DRIFTED', column: name, index: coarseStatistic(index) });
  }
  return findings;
}

function referenceOf(column: TableColumn): readonly number[] | undefined {
  if (column.kind === 'numeric') return column.reference?.shares;
  return column.kind === 'categorical' ? column.reference : undefined;
}

function binsOf(column: TableColumn): number {
  return referenceOf(column)?.length ?? 0;
}

/** The bin of a row's cell; none for a cell that is no value of its column. */
function binOf(column: TableColumn, reader: CellReader, row: number): number | undefined {
  if (column.kind === 'categorical') {
    const index = column.values.indexOf(reader.text(row));
    return index < 0 ? column.values.length : index;
  }
  if (column.kind === 'target' && column.task !== 'number') return 0;
  const empty = column.kind === 'numeric' && reader.isEmpty(row) ? column.empty : undefined;
  const value = empty ?? reader.numberIfAny(row);
  if (value === undefined) return undefined;
  if (column.kind === 'pixels') return value < 0 || value > column.maximum ? undefined : 0;
  if (column.kind === 'target') {
    return column.task === 'number' && (value < column.lower || value > column.upper)
      ? undefined
      : 0;
  }
  if (column.kind !== 'numeric') return 0;
  const edges = column.reference?.edges ?? [];
  return binOfNumber(value, edges);
}

function checkTarget(
  column: TargetColumn,
  reader: CellReader,
  demands: DataDemands,
): DataFinding[] {
  if (column.task === 'number') return [];
  const counts = new Map<string, number>();
  for (let row = 0; row < reader.rows; row++) {
    const label = reader.text(row);
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return checkLabelCounts({ labels: column.values, counts, demands });
}
