import { learningError } from '../../errors.ts';
import type { Cell, RawTable } from './raw-table.ts';
import { fileColumns, type TableColumn, type TableSchema } from './table-schema.ts';

interface NamedCells {
  readonly name: string;
  readonly cells: ArrayLike<Cell>;
}

/**
 * The cells of every column of the schema that training reads, keys and ignored ones left out.
 * @throws {DdaiError} `TABLE_COLUMN_MISSING` or `TABLE_COLUMN_UNKNOWN`: a file holds the agreed
 * columns and no others, because what training does not need should not be handed to it.
 */
export function columnsOf(
  table: RawTable,
  schema: TableSchema,
): Map<TableColumn, readonly NamedCells[]> {
  const agreed = new Set(schema.columns.flatMap(fileColumns));
  const columns = new Map(
    schema.columns.map((column) => [
      column,
      fileColumns(column).map((name) => ({ name, cells: cellsOf(table, name, column) })),
    ]),
  );
  const other = [...table.columns.keys()].find((name) => !agreed.has(name));
  if (other !== undefined) {
    throw learningError({
      code: 'TABLE_COLUMN_UNKNOWN',
      message: `${table.file}: column "${other.slice(0, 40)}" is not in the schema`,
      remedy: 'Remove the column, or name it in the schema with the kind "ignored".',
      fields: { file: table.file, column: other.slice(0, 40) },
    });
  }
  return columns;
}

function cellsOf(table: RawTable, name: string, column: TableColumn): ArrayLike<Cell> {
  const cells = table.columns.get(name);
  if (cells !== undefined) return cells;
  if (column.kind === 'ignored' || column.kind === 'key') return [];
  const found = [...table.columns.keys()].slice(0, 6).map((each) => `"${each.slice(0, 40)}"`);
  throw learningError({
    code: 'TABLE_COLUMN_MISSING',
    message: `${table.file}: no column "${name}"; found ${found.join(', ') || 'none'}`,
    remedy: 'Add the column, or agree on the schema anew.',
    fields: { file: table.file, column: name },
  });
}
