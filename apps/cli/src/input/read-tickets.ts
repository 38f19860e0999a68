import { assertTrainable, DEFAULT_TICKET_LIMITS, parseTickets, type Ticket } from '@ddai/learning';
import { readFileLimited } from '@ddai/storage';
import { callerPath } from './caller-path.ts';

/** @throws {DdaiError} `FILE_…`, `TICKETS_…` */
export function readTickets(path: string, labelColumn?: string): Ticket[] {
  return parseTickets({
    file: path,
    content: readFileLimited(callerPath(path), DEFAULT_TICKET_LIMITS.maxBytes),
    ...(labelColumn === undefined ? {} : { labelColumn }),
  });
}

/** Tickets that a model can be trained or measured on; a refusal names their file. */
export function readTrainable(path: string, minPerCategory = 2, labelColumn?: string): Ticket[] {
  const tickets = readTickets(path, labelColumn);
  assertTrainable({ file: path, tickets, minPerCategory });
  return tickets;
}
