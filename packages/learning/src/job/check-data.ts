import { checkTable } from '../data/check/check-table.ts';
import type { DataFinding } from '../data/check/data-report.ts';
import { checkTickets, type TicketProblem } from './check-tickets.ts';
import type { JobTerms } from './job-terms.ts';
import { isTable, type LocalExamples } from './local-learner.ts';

/** What of a participant's data does not fit a job. Names stay with its owner. */
export type DataProblem = TicketProblem | DataFinding | { readonly code: 'DATA_KIND_WRONG' };

/** What leaves the participant: how often each code occurs. No name, no text, no row. */
export interface DataProblemCount {
  readonly code: DataProblem['code'];
  readonly count: number;
}

/** Compares a participant's data with what its job asks for, before it takes part; empty when it fits. */
export function checkData(
  {
    train,
    heldOut,
  }: { readonly train: LocalExamples; readonly heldOut?: LocalExamples | undefined },
  terms: JobTerms,
): readonly DataProblem[] {
  const all = heldOut === undefined ? [train] : [train, heldOut];
  if (terms.model.kind === 'table') {
    const { schema } = terms.model;
    if (!all.every(isTable)) return [{ code: 'DATA_KIND_WRONG' }];
    return all.flatMap((table, index) => {
      // What is held out measures only: it need not hold every label, nor many rows.
      const demands = index === 0 ? terms.data : { minExamples: 0, minPerLabel: 0 };
      const { findings } = checkTable({ table, schema, demands });
      return index === 0 ? findings : findings.filter(isAboutCells);
    });
  }
  if (all.some(isTable)) return [{ code: 'DATA_KIND_WRONG' }];
  return checkTickets(
    all.flatMap((examples) => (isTable(examples) ? [] : examples)),
    terms.model.labels,
    terms.data,
  );
}

/** The report that may leave. */
export function countProblems(problems: readonly DataProblem[]): DataProblemCount[] {
  const counts = new Map<DataProblem['code'], number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => ({ code, count }));
}

function isAboutCells({ code }: DataFinding): boolean {
  return /^DATA_(COLUMN_MISSING|COLUMN_UNKNOWN|CELL_INVALID|LABEL_UNKNOWN)$/.test(code);
}
