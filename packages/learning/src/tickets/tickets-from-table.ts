import type { Cell, RawTable } from '../data/table/raw-table.ts';
import { learningError } from '../errors.ts';
import { DEFAULT_TICKET_LIMITS, noLabel, readTicket, type TicketLimits } from './parse-tickets.ts';
import type { Ticket } from './ticket.ts';
import {
  assertOnlyTicketColumns,
  DEFAULT_LABEL_COLUMN,
  otherLabelColumns,
} from './ticket-columns.ts';

/**
 * Tickets from a table with the columns `text` and a label column, as a parquet file has them; what
 * else may stand in it is as in a CSV file (`parseTickets`).
 * @throws {DdaiError} `TICKETS_COLUMN_MISSING`, `TICKETS_COLUMN_UNKNOWN`, `TICKETS_NO_ROWS`,
 * `TICKETS_TEXT_EMPTY`, `TICKETS_TEXT_TOO_LONG`, `TICKETS_LABEL_EMPTY`.
 */
export function ticketsFromTable(
  table: RawTable,
  {
    labelColumn = DEFAULT_LABEL_COLUMN,
    limits = DEFAULT_TICKET_LIMITS,
  }: { readonly labelColumn?: string; readonly limits?: TicketLimits } = {},
): Ticket[] {
  const { file, rows } = table;
  const texts = column(table, 'text');
  const labels = column(table, labelColumn);
  assertOnlyTicketColumns(file, [...table.columns.keys()], labelColumn);
  if (rows === 0) {
    throw learningError({
      code: 'TICKETS_NO_ROWS',
      message: `${file}: no tickets`,
      remedy: 'Give at least two tickets for each category.',
      fields: { file },
    });
  }
  const others = otherLabelColumns(labelColumn).flatMap((name) => {
    const cells = table.columns.get(name);
    return cells === undefined ? [] : [cells];
  });
  const tickets = Array.from({ length: rows }, (_, row) => {
    const raw = { text: String(texts[row] ?? ''), category: String(labels[row] ?? '') };
    const isOfAnotherTask =
      raw.category.trim() === '' && others.some((cells) => String(cells[row] ?? '').trim() !== '');
    return isOfAnotherTask ? [] : [readTicket(raw, { file, row: row + 1, labelColumn }, limits)];
  }).flat();
  if (tickets.length === 0) throw noLabel(file, labelColumn);
  return tickets;
}

function column(table: RawTable, name: string): ArrayLike<Cell> {
  const cells = table.columns.get(name);
  if (cells !== undefined) return cells;
  throw learningError({
    code: 'TICKETS_COLUMN_MISSING',
    message: `${table.file}: no column "${name}"`,
    remedy: `Name the columns text and ${name}.`,
    fields: { file: table.file, column: name },
  });
}
