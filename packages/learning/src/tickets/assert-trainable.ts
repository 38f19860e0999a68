import { learningError } from '../errors.ts';
import { countByCategory, type Ticket } from './ticket.ts';

/**
 * Refuses tickets from which no classifier can be trained and measured: fewer than two categories,
 * or a category with fewer than `minPerCategory` tickets (default 2: one to learn, one to check).
 * @throws {DdaiError} `TICKETS_NO_ROWS`, `TICKETS_ONE_CLASS` or `TICKETS_CLASS_TOO_SMALL`, which
 * names the categories.
 */
export function assertTrainable(options: {
  readonly file: string;
  readonly tickets: readonly Ticket[];
  readonly minPerCategory?: number;
}): void {
  const { file, tickets, minPerCategory = 2 } = options;
  const counts = countByCategory(tickets);
  if (counts.size === 0) {
    throw learningError({
      code: 'TICKETS_NO_ROWS',
      message: `${file}: no tickets`,
      remedy: 'Give at least two tickets for each category.',
      fields: { file },
    });
  }
  if (counts.size === 1) {
    throw learningError({
      code: 'TICKETS_ONE_CLASS',
      message: `${file}: every ticket is in category "${[...counts.keys()][0]}"`,
      remedy: 'A classifier needs tickets of at least two categories.',
      fields: { file },
    });
  }
  const small = [...counts].filter(([, count]) => count < minPerCategory);
  if (small.length === 0) return;
  const named = small.slice(0, 5).map(([category, count]) => `"${category}" (${count})`);
  const more = small.length > 5 ? ` and ${small.length - 5} more` : '';
  throw learningError({
    code: 'TICKETS_CLASS_TOO_SMALL',
    message: `${file}: fewer than ${minPerCategory} tickets in category ${named.join(', ')}${more}`,
    remedy: 'Add tickets to these categories, merge them into others, or remove them.',
    fields: { file, column: 'category', category: small[0]?.[0], classes: small.length },
  });
}
