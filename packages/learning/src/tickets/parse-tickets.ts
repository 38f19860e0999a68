import { learningError } from '../errors.ts';
import { readTicketRecords } from './read-ticket-records.ts';
import type { Ticket } from './ticket.ts';
import {
  assertOnlyTicketColumns,
  DEFAULT_LABEL_COLUMN,
  otherLabelColumns,
} from './ticket-columns.ts';

/** What a ticket file may hold at most; beyond it the file is refused, never cut. */
export interface TicketLimits {
  readonly maxBytes: number;
  readonly maxRows: number;
  /** Per text, in UTF-16 code units. */
  readonly maxTextLength: number;
  readonly maxCategoryLength: number;
}

/** 64 MiB hold about half a million tickets, more than one site files in years. */
export const DEFAULT_TICKET_LIMITS: TicketLimits = {
  maxBytes: 64 * 2 ** 20,
  maxRows: 1_000_000,
  maxTextLength: 20_000,
  maxCategoryLength: 200,
};

/**
 * Reads tickets from CSV (RFC 4180, UTF-8, a header line with the columns `text` and a label column
 * in any order; quoted fields may hold line breaks). Texts and labels are trimmed. `file` only names
 * the source in messages.
 *
 * One file may serve several tasks: beside the label column there may be others of
 * {@link TICKET_LABEL_COLUMNS} and `completion`. A row without this label and with another one is
 * skipped; a row without any is refused.
 * @param options.labelColumn whose values become the categories. Default `category`.
 *
 * @throws {DdaiError} `TICKETS_TOO_LARGE`, `TICKETS_ENCODING`, `TICKETS_MALFORMED`,
 * `TICKETS_COLUMN_MISSING`, `TICKETS_COLUMN_UNKNOWN`, `TICKETS_TEXT_EMPTY`,
 * `TICKETS_TEXT_TOO_LONG`, `TICKETS_LABEL_EMPTY` or `TICKETS_NO_ROWS`; fields hold `file` and,
 * where one is at fault, `row` (the first after the header is 1), `line` and `column`. No message
 * repeats the text of a ticket.
 *
 * @example
 * const tickets = parseTickets({ file: 'tickets.csv', content: await readFile('tickets.csv') });
 */
export function parseTickets(options: {
  readonly file: string;
  readonly content: Uint8Array | string;
  readonly labelColumn?: string;
  readonly limits?: Partial<TicketLimits>;
}): Ticket[] {
  const { file, content, labelColumn = DEFAULT_LABEL_COLUMN } = options;
  const limits = { ...DEFAULT_TICKET_LIMITS, ...options.limits };
  const [header, ...rows] = readTicketRecords({ file, content, limits });
  const columns = readHeader(file, labelColumn, header?.cells);
  if (rows.length === 0) {
    throw learningError({
      code: 'TICKETS_NO_ROWS',
      message: `${file}: no tickets below the header line`,
      remedy: 'Give at least two tickets for each category.',
      fields: { file },
    });
  }
  if (rows.length > limits.maxRows) {
    throw learningError({
      code: 'TICKETS_TOO_LARGE',
      message: `${file}: ${rows.length} rows, at most ${limits.maxRows} are read`,
      remedy: 'Split the file.',
      fields: { file, rows: rows.length, maxRows: limits.maxRows },
    });
  }
  const tickets = rows.flatMap(({ cells, line }, index) => {
    const text = cells[columns.text] ?? '';
    const category = cells[columns.label] ?? '';
    const isOfAnotherTask =
      category.trim() === '' && columns.others.some((at) => cells[at]?.trim());
    const where = { file, row: index + 1, line, labelColumn };
    return isOfAnotherTask ? [] : [readTicket({ text, category }, where, limits)];
  });
  if (tickets.length === 0) throw noLabel(file, labelColumn);
  return tickets;
}

/** The refusal of a file in which no row has a label of this task. */
export function noLabel(file: string, labelColumn: string): Error {
  return learningError({
    code: 'TICKETS_NO_ROWS',
    message: `${file}: no ticket has a value in column "${labelColumn}"`,
    remedy: 'Label at least two tickets for each value.',
    fields: { file, column: labelColumn },
  });
}

/**
 * Trims and checks one row.
 * @throws {DdaiError} `TICKETS_TEXT_EMPTY`, `TICKETS_TEXT_TOO_LONG` or `TICKETS_LABEL_EMPTY`.
 */
export function readTicket(raw: Ticket, where: Where, limits: TicketLimits): Ticket {
  return {
    text: readText(raw.text, where, limits),
    category: readCategory(raw.category, where, limits),
  };
}

interface Where {
  readonly file: string;
  readonly row: number;
  /** In a file that has lines. */
  readonly line?: number;
  readonly labelColumn: string;
}

function describe({ file, row, line }: Where): string {
  return line === undefined ? `${file}: row ${row}` : `${file}: row ${row} (line ${line})`;
}

interface Columns {
  readonly text: number;
  readonly label: number;
  /** Labels of other tasks. */
  readonly others: readonly number[];
}

function readHeader(
  file: string,
  labelColumn: string,
  cells: readonly string[] | undefined,
): Columns {
  const names = (cells ?? []).map((cell) => cell.trim());
  const found =
    names.length === 0 ? 'an empty file' : names.map((name) => `"${name.slice(0, 40)}"`);
  for (const column of ['text', labelColumn]) {
    if (names.filter((name) => name === column).length === 1) continue;
    throw learningError({
      code: 'TICKETS_COLUMN_MISSING',
      message: `${file}: expected one column "${column}" in the first line, found ${String(found)}`,
      remedy: `Write text,${labelColumn} in the first line.`,
      fields: { file, column },
    });
  }
  assertOnlyTicketColumns(file, names, labelColumn);
  return {
    text: names.indexOf('text'),
    label: names.indexOf(labelColumn),
    others: otherLabelColumns(labelColumn).flatMap((name) => {
      const at = names.indexOf(name);
      return at === -1 ? [] : [at];
    }),
  };
}

function readText(cell: string, where: Where, limits: TicketLimits): string {
  const text = cell.trim();
  if (text === '') {
    throw learningError({
      code: 'TICKETS_TEXT_EMPTY',
      message: `${describe(where)}: column "text" is empty`,
      remedy: 'Fill in the text or remove the row.',
      fields: { ...place(where), column: 'text' },
    });
  }
  if (text.length > limits.maxTextLength) {
    throw learningError({
      code: 'TICKETS_TEXT_TOO_LONG',
      message: `${describe(where)}: column "text" has ${text.length} characters, at most ${limits.maxTextLength} are read`,
      remedy: 'Shorten the text; a missing closing quote also joins many rows into one.',
      fields: { ...place(where), column: 'text', length: text.length },
    });
  }
  return text;
}

function readCategory(cell: string, where: Where, limits: TicketLimits): string {
  const category = cell.trim();
  if (category !== '' && category.length <= limits.maxCategoryLength) return category;
  const { labelColumn: column } = where;
  throw learningError({
    code: 'TICKETS_LABEL_EMPTY',
    message: `${describe(where)}: column "${column}" must have 1 to ${limits.maxCategoryLength} characters, found ${category.length}`,
    remedy: 'File the ticket under a category or remove the row.',
    fields: { ...place(where), column, length: category.length },
  });
}

function place({ labelColumn: _labelColumn, ...where }: Where): Omit<Where, 'labelColumn'> {
  return where;
}
