import type { SeededRandom } from '@ddai/core';
import { dealInShares } from './deal-by-dirichlet.ts';
import { drawDirichlet } from './draw-dirichlet.ts';

/**
 * Quantity skew: one draw of sizes from Dirichlet(alpha), rows at random (Li et al. 2022, NIID-Bench,
 * §4.3).
 * @returns the owner of each row.
 */
export function dealByQuantity(
  { rows, participants }: { readonly rows: number; readonly participants: number },
  alpha: number,
  random: SeededRandom,
): Uint32Array {
  const owners = new Uint32Array(rows);
  const shares = drawDirichlet(participants, alpha, random);
  const order = random.shuffle(Array.from({ length: rows }, (_, row) => row));
  dealInShares(order, shares, owners);
  return owners;
}
