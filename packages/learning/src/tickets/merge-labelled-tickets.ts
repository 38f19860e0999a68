import { bytesToUtf8, concatBytes, utf8ToBytes } from '@ddai/core';
import { learningError } from '../errors.ts';
import { DEFAULT_TICKET_LIMITS } from './parse-tickets.ts';
import { readTicketRecords, ticketsTooLarge } from './read-ticket-records.ts';
import { COMPLETION_COLUMN, TICKET_LABEL_COLUMNS } from './ticket-columns.ts';

/** A question that a person labelled; which answer it was the question of names it for ever. */
export interface LabelledTicket {
  readonly completion: string;
  readonly text: string;
  /** By column: `category`, `topic`, `priority`, `sentiment`; at least one. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface MergedTickets {
  /** The whole file; the very bytes given when nothing changes. */
  readonly content: Uint8Array;
  readonly added: number;
  readonly updated: number;
}

/** U+FEFF in UTF-8, which some spreadsheets need in front. */
const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/**
 * Puts labelled questions into a ticket file: each completion has one row, whose labels are the newest
 * given for each column. Columns are added as they are needed, `completion` among them; what stood in
 * the file stays, and its bytes too as long as rows are only added at the end. Doing it again changes
 * nothing.
 * @param options.content undefined for a file that is not there yet.
 * @param options.tickets oldest first.
 * @throws {DdaiError} as reading the file would, with `TICKETS_COLUMN_MISSING` for one without a
 * column `text` or with a column twice, and `TICKETS_TOO_LARGE` when there is no room.
 */
export function mergeLabelledTickets(options: {
  readonly file: string;
  readonly content: Uint8Array | undefined;
  readonly tickets: readonly LabelledTicket[];
}): MergedTickets {
  const { file, content, tickets } = options;
  const limits = DEFAULT_TICKET_LIMITS;
  const [header = { cells: [] }, ...records] =
    content === undefined
      ? [{ cells: ['text', 'category'] }]
      : readTicketRecords({ file, content, limits });
  const names = header.cells.map((name) => name.trim());
  assertMergeable(file, names);
  const used = new Set(tickets.flatMap(({ labels }) => Object.keys(labels)));
  const wanted = [...TICKET_LABEL_COLUMNS.filter((name) => used.has(name)), COMPLETION_COLUMN];
  const columns = [...names, ...wanted.filter((name) => !names.includes(name))];
  const at = new Map(columns.map((name, column) => [name, column]));
  const rows = records.map(({ cells }) => columns.map((_, column) => cells[column] ?? ''));
  const completionAt = at.get(COMPLETION_COLUMN) as number;
  const rowOf = new Map(rows.map((row, index) => [row[completionAt]?.trim() ?? '', index]));
  const before = rows.length;
  const updated = new Set<number>();
  for (const { completion, text, labels } of tickets) {
    let index = rowOf.get(completion);
    if (index === undefined) {
      index = rows.length;
      const row = columns.map(() => '');
      row[completionAt] = completion;
      row[at.get('text') as number] = text.trim().slice(0, limits.maxTextLength);
      rows.push(row);
      rowOf.set(completion, index);
    }
    const row = rows[index] as string[];
    for (const [name, label] of Object.entries(labels)) {
      const column = at.get(name) as number;
      if (row[column] === label) continue;
      row[column] = label;
      if (index < before) updated.add(index);
    }
  }
  const added = rows.length - before;
  if (added === 0 && updated.size === 0 && content !== undefined)
    return { content, added, updated: 0 };
  const isAppended = content !== undefined && updated.size === 0 && columns.length === names.length;
  const given = content === undefined ? '' : bytesToUtf8(content);
  const lineEnd = /^[^\n]*\r\n/.test(given) ? '\r\n' : '\n';
  const toText = (lines: readonly (readonly string[])[]): string =>
    lines.map((cells) => `${cells.map(quote).join(',')}${lineEnd}`).join('');
  const merged = concatBytes(
    content !== undefined && hasMark(content) ? BYTE_ORDER_MARK : new Uint8Array(),
    utf8ToBytes(
      isAppended
        ? `${given}${given.endsWith('\n') ? '' : lineEnd}${toText(rows.slice(before))}`
        : toText([columns, ...rows]),
    ),
  );
  if (merged.length > limits.maxBytes) throw ticketsTooLarge(file, merged.length, limits.maxBytes);
  return { content: merged, added, updated: updated.size };
}

function hasMark(content: Uint8Array): boolean {
  return BYTE_ORDER_MARK.every((byte, i) => content[i] === byte);
}

function assertMergeable(file: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  const column = names.includes('text') ? twice : 'text';
  if (column === undefined) return;
  throw learningError({
    code: 'TICKETS_COLUMN_MISSING',
    message: `${file}: expected one column "${column.slice(0, 40)}" in the first line`,
    remedy: 'Write text,category in the first line.',
    fields: { file, column: column.slice(0, 40) },
  });
}

/** RFC 4180, section 2; a lone space at an end is kept too. */
function quote(cell: string): string {
  return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
