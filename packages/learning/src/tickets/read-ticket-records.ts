import { bytesToUtf8 } from '@ddai/core';
import { CsvError, parse } from 'csv-parse/sync';
import { learningError } from '../errors.ts';
import type { TicketLimits } from './parse-tickets.ts';

export interface TicketRecord {
  readonly cells: readonly string[];
  /** Where it ends, the first line being 1. */
  readonly line: number;
}

/**
 * The rows of a ticket file, header first, each with as many cells as the header.
 * @throws {DdaiError} `TICKETS_TOO_LARGE`, `TICKETS_ENCODING`, `TICKETS_MALFORMED`,
 * `TICKETS_TEXT_TOO_LONG`
 */
export function readTicketRecords(options: {
  readonly file: string;
  readonly content: Uint8Array | string;
  readonly limits: TicketLimits;
}): TicketRecord[] {
  const { file, content, limits } = options;
  if (content.length > limits.maxBytes)
    throw ticketsTooLarge(file, content.length, limits.maxBytes);
  return readRecords(file, decode(file, content), limits);
}

function decode(file: string, content: Uint8Array | string): string {
  if (typeof content === 'string') return content;
  try {
    return bytesToUtf8(content);
  } catch (cause) {
    throw learningError({
      code: 'TICKETS_ENCODING',
      message: `${file}: not UTF-8 text`,
      remedy: 'Save the file as CSV in UTF-8; spreadsheets offer it as "CSV UTF-8".',
      fields: { file },
      cause,
    });
  }
}

function readRecords(file: string, text: string, limits: TicketLimits): TicketRecord[] {
  try {
    const records = parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      max_record_size: 4 * (limits.maxTextLength + limits.maxCategoryLength),
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause.lines === 'number' ? cause.lines : 0;
    if (cause.code === 'CSV_MAX_RECORD_SIZE') {
      throw learningError({
        code: 'TICKETS_TEXT_TOO_LONG',
        message: `${file}: the row on line ${line} is longer than a ticket of ${limits.maxTextLength} characters can be`,
        remedy: 'Shorten the text; a missing closing quote also joins many rows into one.',
        fields: { file, line },
      });
    }
    throw learningError({
      code: 'TICKETS_MALFORMED',
      message: `${file}: line ${line} is not RFC 4180 CSV (${cause.code})`,
      remedy: 'Quote fields that hold commas, quotes or line breaks, and double inner quotes.',
      fields: { file, line, reason: cause.code },
    });
  }
}

/** The refusal of a file beyond its limit. */
export function ticketsTooLarge(file: string, bytes: number, maxBytes: number): Error {
  return learningError({
    code: 'TICKETS_TOO_LARGE',
    message: `${file}: ${bytes} bytes, at most ${maxBytes} are read`,
    remedy: 'Split the file or train on a sample of it.',
    fields: { file, bytes, maxBytes },
  });
}
