import { countByCategory, type Ticket } from '../tickets/ticket.ts';
import type { JobTerms } from './job-terms.ts';

/** What of a participant's data does not fit a job. Holds category names: for its owner's eyes. */
export type DataProblem =
  | { readonly code: 'DATA_TOO_FEW_EXAMPLES'; readonly found: number; readonly needed: number }
  | { readonly code: 'DATA_LABEL_UNKNOWN'; readonly label: string; readonly found: number }
  | {
      readonly code: 'DATA_LABEL_TOO_SMALL';
      readonly label: string;
      readonly found: number;
      readonly needed: number;
    };

/** What leaves the participant: how often each code occurs. No name, no text, no row. */
export interface DataProblemCount {
  readonly code: DataProblem['code'];
  readonly count: number;
}

/** Compares tickets with a job's schema before the participant takes part; empty when they fit. */
export function checkTickets(tickets: readonly Ticket[], terms: JobTerms): DataProblem[] {
  const { minExamples, minPerLabel } = terms.data;
  const problems: DataProblem[] = [];
  if (tickets.length < minExamples) {
    problems.push({ code: 'DATA_TOO_FEW_EXAMPLES', found: tickets.length, needed: minExamples });
  }
  const agreed = new Set(terms.model.labels);
  for (const [label, found] of countByCategory(tickets)) {
    if (!agreed.has(label)) problems.push({ code: 'DATA_LABEL_UNKNOWN', label, found });
    else if (found < minPerLabel) {
      problems.push({ code: 'DATA_LABEL_TOO_SMALL', label, found, needed: minPerLabel });
    }
  }
  return problems;
}

/** The report that may leave. */
export function countProblems(problems: readonly DataProblem[]): DataProblemCount[] {
  const counts = new Map<DataProblem['code'], number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count }));
}
