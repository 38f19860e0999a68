import { createSeededRandom } from '@ddai/core';
import { rowsByCategory } from './split-held-out.ts';
import type { Ticket } from './ticket.ts';

/**
 * Deals the tickets of every category to `folds` parts by seed, and gives each part with all others.
 * A category of one ticket is held out once too: the model that scores it has never seen its label,
 * which is what such a ticket meets in use.
 */
export function dealFolds(options: {
  readonly tickets: readonly Ticket[];
  readonly folds: number;
  readonly seed: number | string;
}): { readonly train: Ticket[]; readonly heldOut: Ticket[] }[] {
  const { tickets, folds, seed } = options;
  const random = createSeededRandom(`${seed}/folds`);
  const foldOf = new Uint32Array(tickets.length);
  let next = 0;
  // One running count over all categories keeps the parts of equal size.
  for (const category of [...rowsByCategory(tickets)].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (const row of random.shuffle(category[1])) foldOf[row] = next++ % folds;
  return Array.from({ length: Math.min(folds, tickets.length) }, (_, fold) => ({
    train: tickets.filter((_ticket, row) => foldOf[row] !== fold),
    heldOut: tickets.filter((_ticket, row) => foldOf[row] === fold),
  }));
}
