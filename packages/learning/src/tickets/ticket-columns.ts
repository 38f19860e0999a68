import { learningError } from '../errors.ts';

/** Where a ticket's intent stands unless another column is named. */
export const DEFAULT_LABEL_COLUMN = 'category';

/** Columns that may stand beside each other in one ticket file, each the labels of one task. */
export const TICKET_LABEL_COLUMNS = ['category', 'topic', 'priority', 'sentiment'] as const;

/** Which answer of the gateway a row came from: `ddai feedback collect` knows its own rows by it. */
export const COMPLETION_COLUMN = 'completion';

/** Longest name of a label column. */
const MAX_COLUMN_LENGTH = 64;

/** Label columns of the other tasks. */
export function otherLabelColumns(labelColumn: string): string[] {
  return TICKET_LABEL_COLUMNS.filter((name) => name !== labelColumn);
}

/** Whether `name` can be a label column: 1 to 64 letters, digits, points, hyphens, underscores. */
export function isLabelColumn(name: string): boolean {
  return (
    name.length <= MAX_COLUMN_LENGTH &&
    /^[A-Za-z0-9._-]+$/.test(name) &&
    name !== 'text' &&
    name !== COMPLETION_COLUMN
  );
}

/**
 * Refuses columns that no task needs.
 * @throws {DdaiError} `TICKETS_COLUMN_UNKNOWN`
 */
export function assertOnlyTicketColumns(
  file: string,
  names: readonly string[],
  labelColumn: string,
): void {
  const known: readonly string[] = [
    'text',
    labelColumn,
    ...TICKET_LABEL_COLUMNS,
    COMPLETION_COLUMN,
  ];
  const other = names.find((name) => !known.includes(name));
  if (other === undefined) return;
  throw learningError({
    code: 'TICKETS_COLUMN_UNKNOWN',
    message: `${file}: unknown column "${other.slice(0, 40)}"; only text, ${TICKET_LABEL_COLUMNS.join(', ')} and a named label column are read`,
    remedy: 'Remove the column: what training does not need should not be handed to it.',
    fields: { file, column: other.slice(0, 40) },
  });
}
