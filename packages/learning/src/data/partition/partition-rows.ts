import { createSeededRandom } from '@ddai/core';
import { learningError } from '../../errors.ts';
import type { Cell } from '../table/raw-table.ts';
import { dealByDirichlet } from './deal-by-dirichlet.ts';
import { dealByGroup } from './deal-by-group.ts';
import { dealByQuantity } from './deal-by-quantity.ts';
import { dealShards } from './deal-shards.ts';
import type { Partition } from './partition.ts';

/** Redraws before a partition counts as impossible. */
const MAX_DRAWS = 200;

export interface PartitionInput {
  readonly rows: number;
  readonly participants: number;
  readonly partition: Partition;
  readonly seed: number | string;
  /** The class of each row; for `dirichlet` and `shards`. */
  readonly classes?: ArrayLike<number>;
  /** What rows have in common that stay together; for `column`. */
  readonly groups?: ArrayLike<Cell>;
  /** Fewest rows of a participant. Default 10, or half of an equal share if that is less, at least 1. */
  readonly minRows?: number;
}

/**
 * Deals rows to participants by seed; every row to exactly one. A random partition is redrawn until
 * every participant has `minRows`, as Li et al. 2022 (NIID-Bench) do. Same bits on every engine.
 * @returns the row numbers of each participant.
 * @throws {DdaiError} `PARTITION_INVALID` when that can't be had, or classes or groups are missing.
 */
export function partitionRows(input: PartitionInput): Uint32Array[] {
  const { rows, participants, partition, seed } = input;
  const equalShare = Math.floor(rows / participants);
  const minRows = input.minRows ?? Math.max(1, Math.min(10, Math.floor(equalShare / 2)));
  if (!Number.isInteger(participants) || participants < 1 || equalShare < minRows) {
    throw impossible(input, minRows);
  }
  const random = createSeededRandom(`${seed}/partition`);
  const shape = { rows, participants };
  if (partition.kind === 'iid') {
    const order = random.shuffle(Array.from({ length: rows }, (_, row) => row));
    return gather(shape, (row) => row % participants, order);
  }
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const owners = deal();
    const parts = gather(shape, (row) => owners[row] as number);
    if (parts.every((part) => part.length >= minRows)) return parts;
    if (partition.kind === 'shards' || partition.kind === 'column') break;
  }
  throw impossible(input, minRows);

  function deal(): Uint32Array {
    if (partition.kind === 'quantity') return dealByQuantity(shape, partition.alpha, random);
    if (partition.kind === 'column') {
      return dealByGroup(shape, required(input.groups, partition.kind, rows), random);
    }
    const classes = required(input.classes, partition.kind, rows);
    if (partition.kind === 'dirichlet') {
      return dealByDirichlet({ ...shape, classes, alpha: partition.alpha, random });
    }
    const { perParticipant } = partition as { readonly perParticipant: number };
    return dealShards({ ...shape, classes, perParticipant, random });
  }
}

function gather(
  { rows, participants }: { readonly rows: number; readonly participants: number },
  ownerOf: (row: number) => number,
  order?: readonly number[],
): Uint32Array[] {
  const parts: number[][] = Array.from({ length: participants }, () => []);
  for (let row = 0; row < rows; row++) parts[ownerOf(row)]?.push(order?.[row] ?? row);
  return parts.map((part) => Uint32Array.from(part));
}

function required<Value>(
  values: ArrayLike<Value> | undefined,
  kind: string,
  rows: number,
): ArrayLike<Value> {
  if (values?.length === rows) return values;
  throw learningError({
    code: 'PARTITION_INVALID',
    message: `the partition ${kind} needs ${kind === 'column' ? 'that column' : 'classes to predict'}`,
    remedy: 'Use iid or quantity:A.',
  });
}

function impossible(input: PartitionInput, minRows: number): Error {
  const { rows, participants, partition } = input;
  return learningError({
    code: 'PARTITION_INVALID',
    message: `${rows} rows can't be dealt to ${participants} participants by ${partition.kind} with at least ${minRows} each`,
    remedy: 'Use fewer participants, more rows, or a partition that is less uneven.',
    fields: { rows, participants, minRows },
  });
}
