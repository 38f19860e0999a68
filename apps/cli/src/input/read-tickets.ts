import { DEFAULT_TICKET_LIMITS, parseTickets, type Ticket } from '@ddai/learning';
import { readFileLimited } from '@ddai/storage';
import { callerPath } from './caller-path.ts';

/** @throws {DdaiError} `FILE_…`, `TICKETS_…` */
export function readTickets(path: string): Ticket[] {
  return parseTickets({
    file: path,
    content: readFileLimited(callerPath(path), DEFAULT_TICKET_LIMITS.maxBytes),
  });
}
