import type { Cell, RawTable } from '../data/table/raw-table.ts';
import { learningError } from '../errors.ts';
import { DEFAULT_TICKET_LIMITS, readTicket, type TicketLimits } from './parse-tickets.ts';
import type { Ticket } from './ticket.ts';

/**
 * Tickets from a table with the columns `text` and `category` and no others, as a parquet file has
 * them.
 * @throws {DdaiError} `TICKETS_COLUMN_MISSING`, `TICKETS_COLUMN_UNKNOWN`, `TICKETS_NO_ROWS`,
 * `TICKETS_TEXT_EMPTY`, `TICKETS_TEXT_TOO_LONG`, `TICKETS_LABEL_EMPTY`.
 */
export function ticketsFromTable(
  table: RawTable,
  limits: TicketLimits = DEFAULT_TICKET_LIMITS,
): Ticket[] {
  const { file, rows } = table;
  const texts = column(table, 'text');
  const categories = column(table, 'category');
  const other = [...table.columns.keys()].find((name) => name !== 'text' && name !== 'category');
  if (other !== undefined) {
    throw learningError({
      code: 'TICKETS_COLUMN_UNKNOWN',
      message: `${file}: unknown column "${other.slice(0, 40)}"; only text and category are read`,
      remedy: 'Remove the column: what training does not need should not be handed to it.',
      fields: { file, column: other.slice(0, 40) },
    });
  }
  if (rows === 0) {
    throw learningError({
      code: 'TICKETS_NO_ROWS',
      message: `${file}: no tickets`,
      remedy: 'Give at least two tickets for each category.',
      fields: { file },
    });
  }
  return Array.from({ length: rows }, (_, row) => {
    const raw = { text: String(texts[row] ?? ''), category: String(categories[row] ?? '') };
    return readTicket(raw, { file, row: row + 1 }, limits);
  });
}

function column(table: RawTable, name: string): ArrayLike<Cell> {
  const cells = table.columns.get(name);
  if (cells !== undefined) return cells;
  throw learningError({
    code: 'TICKETS_COLUMN_MISSING',
    message: `${table.file}: no column "${name}"`,
    remedy: 'Name the columns text and category.',
    fields: { file: table.file, column: name },
  });
}
