import { createSeededRandom } from '@ddai/core';
import type { Ticket } from './ticket.ts';

/**
 * Sets aside `fraction` of every category (default a tenth). A category's share that is no whole
 * number is rounded up or down by the seed with matching probability, so that the total is right on
 * average; at least one ticket of each category always stays in `train`. Both parts keep the order
 * of the input.
 */
export function splitHeldOut(options: {
  readonly tickets: readonly Ticket[];
  readonly seed: number | string;
  readonly fraction?: number;
}): { readonly train: Ticket[]; readonly heldOut: Ticket[] } {
  const { tickets, seed, fraction = 0.1 } = options;
  const random = createSeededRandom(`${seed}/held-out`);
  const chosen = new Set<number>();
  for (const [, rows] of [...rowsByCategory(tickets)].sort(byName)) {
    const size = Math.min(Math.floor(rows.length * fraction + random.next()), rows.length - 1);
    for (const row of random.shuffle(rows).slice(0, size)) chosen.add(row);
  }
  return {
    train: tickets.filter((_, row) => !chosen.has(row)),
    heldOut: tickets.filter((_, row) => chosen.has(row)),
  };
}

/** Row numbers of each category, in the order of the input. */
export function rowsByCategory(tickets: readonly Ticket[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  tickets.forEach(({ category }, row) => {
    const own = rows.get(category);
    if (own === undefined) rows.set(category, [row]);
    else own.push(row);
  });
  return rows;
}

const byName = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;
