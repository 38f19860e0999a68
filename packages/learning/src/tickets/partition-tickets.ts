import type { Partition } from '../data/partition/partition.ts';
import { partitionRows } from '../data/partition/partition-rows.ts';
import type { Ticket } from './ticket.ts';

/**
 * Deals the tickets to `participants` parts by seed; see {@link partitionRows}.
 * @throws {DdaiError} `PARTITION_INVALID` when every part can't have `minTickets`.
 */
export function partitionTickets(options: {
  readonly tickets: readonly Ticket[];
  readonly participants: number;
  readonly partition: Partition;
  readonly seed: number | string;
  readonly minTickets?: number;
}): Ticket[][] {
  const { tickets, participants, partition, seed, minTickets } = options;
  const numbers = new Map<string, number>();
  const classes = tickets.map(({ category }) => {
    const known = numbers.get(category) ?? numbers.size;
    numbers.set(category, known);
    return known;
  });
  return partitionRows({
    rows: tickets.length,
    participants,
    partition,
    seed,
    classes,
    ...(minTickets === undefined ? {} : { minRows: minTickets }),
  }).map((rows) => Array.from(rows, (row) => tickets[row] as Ticket));
}
