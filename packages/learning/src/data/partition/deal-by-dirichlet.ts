import type { SeededRandom } from '@ddai/core';
import { drawDirichlet } from './draw-dirichlet.ts';

/**
 * Shares each class out by a draw of its own from Dirichlet(alpha) (Hsu, Qi and Brown 2019). Classes
 * are taken in the order in which they occur.
 * @returns the owner of each row.
 */
export function dealByDirichlet(options: {
  readonly rows: number;
  readonly participants: number;
  readonly classes: ArrayLike<number>;
  readonly alpha: number;
  readonly random: SeededRandom;
}): Uint32Array {
  const { rows, participants, classes, alpha, random } = options;
  const rowsOf = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const label = classes[row] as number;
    const own = rowsOf.get(label);
    if (own === undefined) rowsOf.set(label, [row]);
    else own.push(row);
  }
  const owners = new Uint32Array(rows);
  for (const own of rowsOf.values()) {
    const shares = drawDirichlet(participants, alpha, random);
    random.shuffle(own);
    dealInShares(own, shares, owners);
  }
  return owners;
}

/** Gives the first share of `rows` to owner 0, the next to owner 1 and so on. */
export function dealInShares(
  rows: readonly number[],
  shares: readonly number[],
  owners: Uint32Array,
): void {
  let owner = 0;
  let upTo = shares[0] as number;
  rows.forEach((row, position) => {
    while (position + 0.5 > upTo * rows.length && owner < shares.length - 1) {
      owner += 1;
      upTo += shares[owner] as number;
    }
    owners[row] = owner;
  });
}
