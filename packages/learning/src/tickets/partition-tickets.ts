import { createSeededRandom, type SeededRandom } from '@ddai/core';
import { learningError } from '../errors.ts';
import { exp, log } from '../training/elementary.ts';
import { rowsByCategory } from './split-held-out.ts';
import type { Ticket } from './ticket.ts';

/** How tickets are dealt to participants in a simulation or a demonstration. */
export type Partition =
  | { readonly kind: 'iid' }
  /** Label skew: each category is shared out by Dirichlet(alpha); small alpha is strong skew. */
  | { readonly kind: 'dirichlet'; readonly alpha: number };

/** Redraws before a partition counts as impossible. */
const MAX_DRAWS = 200;

/**
 * Reads `iid` or `dirichlet:A`.
 * @throws {DdaiError} `PARTITION_INVALID`.
 */
export function parsePartition(text: string): Partition {
  if (text === 'iid') return { kind: 'iid' };
  const match = /^dirichlet:(\d+(?:\.\d+)?)$/.exec(text);
  const alpha = Number(match?.[1]);
  if (match !== null && alpha > 0 && alpha <= 1e6) return { kind: 'dirichlet', alpha };
  throw learningError({
    code: 'PARTITION_INVALID',
    message: `partition "${text.slice(0, 40)}" is not known`,
    remedy: 'Write iid, or dirichlet:A with a number A above 0, for example dirichlet:0.5.',
  });
}

/**
 * Deals the tickets to `participants` parts by seed. Dirichlet follows Hsu, Qi and Brown 2019 and
 * is redrawn until every part has `minTickets` (default: 10, or half of an equal share if that is
 * less), as Li et al. 2022 (NIID-Bench) do.
 * @throws {DdaiError} `PARTITION_INVALID` when that can't be had.
 */
export function partitionTickets(options: {
  readonly tickets: readonly Ticket[];
  readonly participants: number;
  readonly partition: Partition;
  readonly seed: number | string;
  readonly minTickets?: number;
}): Ticket[][] {
  const { tickets, participants, partition, seed } = options;
  const equalShare = Math.floor(tickets.length / participants);
  const minTickets = options.minTickets ?? Math.max(1, Math.min(10, Math.floor(equalShare / 2)));
  if (!Number.isInteger(participants) || participants < 1 || equalShare < minTickets) {
    throw impossible(tickets.length, participants, minTickets);
  }
  const random = createSeededRandom(`${seed}/partition`);
  if (partition.kind === 'iid') {
    const order = random.shuffle(tickets.map((_, row) => row));
    return gather(
      tickets,
      participants,
      (row) => order[row] as number,
      (row) => row % participants,
    );
  }
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const owners = dealByDirichlet(tickets, participants, partition.alpha, random);
    const sizes = new Uint32Array(participants);
    for (const owner of owners) sizes[owner] = (sizes[owner] as number) + 1;
    if (sizes.every((size) => size >= minTickets)) {
      return gather(
        tickets,
        participants,
        (row) => row,
        (row) => owners[row] as number,
      );
    }
  }
  throw impossible(tickets.length, participants, minTickets);
}

function gather(
  tickets: readonly Ticket[],
  participants: number,
  pick: (row: number) => number,
  ownerOf: (row: number) => number,
): Ticket[][] {
  const parts: Ticket[][] = Array.from({ length: participants }, () => []);
  for (let row = 0; row < tickets.length; row++) {
    parts[ownerOf(row)]?.push(tickets[pick(row)] as Ticket);
  }
  return parts;
}

function dealByDirichlet(
  tickets: readonly Ticket[],
  participants: number,
  alpha: number,
  random: SeededRandom,
): Uint32Array {
  const owners = new Uint32Array(tickets.length);
  for (const rows of rowsByCategory(tickets).values()) {
    const shares = Array.from({ length: participants }, () => drawGamma(alpha, random));
    const total = shares.reduce((sum, share) => sum + share, 0);
    random.shuffle(rows);
    let owner = 0;
    let upTo = (shares[0] as number) / total;
    rows.forEach((row, position) => {
      while (position + 0.5 > upTo * rows.length && owner < participants - 1) {
        owner += 1;
        upTo += (shares[owner] as number) / total;
      }
      owners[row] = owner;
    });
  }
  return owners;
}

/** Gamma(shape, 1) by Marsaglia and Tsang 2000, with their boost below shape 1. */
function drawGamma(shape: number, random: SeededRandom): number {
  if (shape < 1) return drawGamma(shape + 1, random) * exp(log(positive(random)) / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) * (1 + c * x) * (1 + c * x);
    if (v > 0 && log(positive(random)) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

/** A standard normal by Marsaglia's polar method: no sine, so the same bits on every engine. */
function drawNormal(random: SeededRandom): number {
  for (;;) {
    const a = 2 * random.next() - 1;
    const b = 2 * random.next() - 1;
    const s = a * a + b * b;
    if (s > 0 && s < 1) return a * Math.sqrt((-2 * log(s)) / s);
  }
}

/** Uniform in (0, 1): its logarithm is finite. */
function positive(random: SeededRandom): number {
  return random.next() + 2 ** -33;
}

function impossible(tickets: number, participants: number, minTickets: number): Error {
  return learningError({
    code: 'PARTITION_INVALID',
    message: `${tickets} tickets can't be dealt to ${participants} participants with at least ${minTickets} each`,
    remedy: 'Use fewer participants, more tickets or a larger alpha.',
    fields: { tickets, participants, minTickets },
  });
}
