import { countByCategory, type Ticket } from '../tickets/ticket.ts';
import type { JobTerms } from './job-terms.ts';

/** What of a participant's tickets does not fit a job. Holds category names: for its owner's eyes. */
export type TicketProblem =
  | { readonly code: 'DATA_TOO_FEW_EXAMPLES'; readonly found: number; readonly needed: number }
  | { readonly code: 'DATA_LABEL_UNKNOWN'; readonly label: string; readonly found: number }
  | {
      readonly code: 'DATA_LABEL_TOO_SMALL';
      readonly label: string;
      readonly found: number;
      readonly needed: number;
    };

/** Compares tickets with a job's labels before the participant takes part; empty when they fit. */
export function checkTickets(
  tickets: readonly Ticket[],
  labels: readonly string[],
  { minExamples, minPerLabel }: JobTerms['data'],
): TicketProblem[] {
  const problems: TicketProblem[] = [];
  if (tickets.length < minExamples) {
    problems.push({ code: 'DATA_TOO_FEW_EXAMPLES', found: tickets.length, needed: minExamples });
  }
  const agreed = new Set(labels);
  for (const [label, found] of countByCategory(tickets)) {
    if (!agreed.has(label)) problems.push({ code: 'DATA_LABEL_UNKNOWN', label, found });
    else if (found < minPerLabel) {
      problems.push({ code: 'DATA_LABEL_TOO_SMALL', label, found, needed: minPerLabel });
    }
  }
  return problems;
}
