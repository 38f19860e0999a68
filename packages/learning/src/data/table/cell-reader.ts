import { learningError } from '../../errors.ts';
import type { Cell } from './raw-table.ts';

/** A value in a message is cut here: it is for its owner's eyes, and may be long. */
const SHOWN_LENGTH = 40;
/** What Number() takes beyond this, such as "0x10" or "", is no decimal number. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$/;

/** Reads the cells of one column; a cell that does not fit is refused by name. */
export interface CellReader {
  readonly rows: number;
  isEmpty(row: number): boolean;
  /** As text; an empty cell is "". Whole numbers and booleans as they are written. */
  text(row: number): string;
  /** A finite number. @throws {DdaiError} `TABLE_CELL_INVALID`. */
  number(row: number): number;
  numberIfAny(row: number): number | undefined;
  /** @throws {DdaiError} `TABLE_CELL_INVALID` with file, row, column, value and `expected`. */
  refuse(row: number, expected: string): never;
}

export function createCellReader(options: {
  readonly file: string;
  readonly name: string;
  readonly cells: ArrayLike<Cell>;
}): CellReader {
  const { file, name, cells } = options;
  const text = (row: number): string => String(cells[row] ?? '');
  const refuse = (row: number, expected: string): never => {
    const value = text(row);
    const shown = value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
    throw learningError({
      code: 'TABLE_CELL_INVALID',
      message: `${file}: row ${row + 1}, column "${name}": expected ${expected}, found ${value === '' ? 'an empty cell' : JSON.stringify(shown)}`,
      remedy: 'Correct the cell or remove the row; or agree on the schema anew.',
      fields: { file, row: row + 1, column: name, value: shown, expected },
    });
  };
  return {
    rows: cells.length,
    isEmpty: (row) => text(row) === '',
    text,
    number: (row) => parseNumber(cells[row]) ?? refuse(row, 'a number'),
    numberIfAny: (row) => parseNumber(cells[row]),
    refuse,
  };
}

function parseNumber(cell: Cell): number | undefined {
  if (typeof cell === 'string') {
    if (!DECIMAL.test(cell)) return undefined;
  } else if (typeof cell !== 'number' && typeof cell !== 'bigint') return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}
