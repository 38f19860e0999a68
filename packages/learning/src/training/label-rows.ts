import { learningError } from '../errors.ts';
import type { Featuriser } from '../features/featuriser.ts';
import type { Ticket } from '../tickets/ticket.ts';
import type { LabelledRows } from './softmax-trainer.ts';

/**
 * Featurises tickets and looks their categories up among `labels`.
 * @throws {DdaiError} `TICKETS_LABEL_UNKNOWN` names the first category that is not one of them.
 */
export function labelRows(options: {
  readonly tickets: readonly Ticket[];
  readonly labels: readonly string[];
  readonly featuriser: Featuriser;
}): LabelledRows {
  const { tickets, labels, featuriser } = options;
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const targets = new Uint16Array(tickets.length);
  tickets.forEach(({ category }, row) => {
    const index = indexOf.get(category);
    if (index === undefined) {
      throw learningError({
        code: 'TICKETS_LABEL_UNKNOWN',
        message: `row ${row + 1}: category "${category}" is not one of the ${labels.length} agreed labels`,
        remedy: 'Rename the category, or agree on the labels anew.',
        fields: { row: row + 1, category },
      });
    }
    targets[row] = index;
  });
  return { rows: featuriser.featuriseAll(tickets.map(({ text }) => text)), targets };
}
