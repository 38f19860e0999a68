import { learningError } from '../../errors.ts';
import type { DenseExamples, Targets } from '../../examples/examples.ts';
import { type CellReader, createCellReader } from './cell-reader.ts';
import { columnsOf } from './columns-of.ts';
import type { RawTable } from './raw-table.ts';
import {
  featureWidth,
  type TableColumn,
  type TableSchema,
  type TargetColumn,
  targetOf,
  widthOf,
} from './table-schema.ts';

/**
 * Turns a table into numbers as its schema says, column by column in the order of the schema. A
 * `class` becomes indices in a `Uint16Array`; `binary` becomes 0 or 1, and a number itself, both in a
 * `Float32Array`.
 * @throws {DdaiError} `TABLE_COLUMN_MISSING`, `TABLE_COLUMN_UNKNOWN`, `TABLE_NO_ROWS`;
 * `TABLE_CELL_INVALID` names file, row (the first is 1), column, value and what was expected.
 */
export function encodeTable(table: RawTable, schema: TableSchema): DenseExamples {
  const columns = columnsOf(table, schema);
  if (table.rows === 0) {
    throw learningError({
      code: 'TABLE_NO_ROWS',
      message: `${table.file}: no rows`,
      remedy: 'Give a table with rows.',
      fields: { file: table.file },
    });
  }
  const width = featureWidth(schema);
  const features = new Float32Array(table.rows * width);
  const isClass = targetOf(schema).task === 'class';
  const targets = isClass ? new Uint16Array(table.rows) : new Float32Array(table.rows);
  let at = 0;
  for (const column of schema.columns) {
    for (const { name, cells } of columns.get(column) ?? []) {
      const reader = createCellReader({ file: table.file, name, cells });
      if (column.kind === 'target') encodeTarget(column, reader, targets);
      else at += encodeColumn(column, reader, { features, width, at });
    }
  }
  return { features, width, targets };
}

/** Where a column's features go: row r at `features[r * width + at]`. */
interface Place {
  readonly features: Float32Array;
  readonly width: number;
  readonly at: number;
}

/** @returns how many features the column takes. */
function encodeColumn(column: TableColumn, reader: CellReader, place: Place): number {
  const { features, width, at } = place;
  if (column.kind === 'numeric') {
    const { lower, upper, mean = (lower + upper) / 2 } = column;
    const { deviation = (upper - lower) / Math.sqrt(12) } = column;
    for (let row = 0; row < reader.rows; row++) {
      const value = reader.isEmpty(row) ? (column.empty ?? reader.number(row)) : reader.number(row);
      features[row * width + at] = (Math.min(upper, Math.max(lower, value)) - mean) / deviation;
      if (column.bins !== undefined) features[row * width + at + 1 + binOf(value, column.bins)] = 1;
    }
    return widthOf(column);
  }
  if (column.kind === 'pixels') {
    for (let row = 0; row < reader.rows; row++) {
      const value = reader.number(row);
      if (value < 0 || value > column.maximum) {
        reader.refuse(row, `a number from 0 to ${column.maximum}`);
      }
      features[row * width + at] = value / column.maximum;
    }
    return 1;
  }
  if (column.kind !== 'categorical') return 0;
  const indexOf = new Map(column.values.map((value, index) => [value, index]));
  for (let row = 0; row < reader.rows; row++) {
    const index = indexOf.get(reader.text(row)) ?? column.values.length;
    features[row * width + at + index] = 1;
  }
  return column.values.length + 1;
}

/** How many edges lie at or below a value. */
export function binOf(value: number, edges: readonly number[]): number {
  let bin = 0;
  while (bin < edges.length && value >= (edges[bin] as number)) bin += 1;
  return bin;
}

function encodeTarget(column: TargetColumn, reader: CellReader, targets: Targets): void {
  if (column.task === 'number') {
    const { lower, upper } = column;
    for (let row = 0; row < reader.rows; row++) {
      const value = reader.number(row);
      if (value < lower || value > upper) reader.refuse(row, `a number from ${lower} to ${upper}`);
      targets[row] = value;
    }
    return;
  }
  const indexOf = new Map(column.values.map((value, index) => [value, index]));
  const some = column.values.slice(0, 5).map((value) => `"${value}"`);
  const expected = `one of ${some.join(', ')}${column.values.length > 5 ? ', …' : ''}`;
  for (let row = 0; row < reader.rows; row++) {
    targets[row] = indexOf.get(reader.text(row)) ?? reader.refuse(row, expected);
  }
}
