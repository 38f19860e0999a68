import type { SeededRandom } from '@ddai/core';
import type { Cell } from '../table/raw-table.ts';

/**
 * Keeps rows with the same group together: groups in a random order, the larger first, each to the
 * participant with the fewest rows so far. With as many groups as participants each has one.
 * @returns the owner of each row.
 */
export function dealByGroup(
  { rows, participants }: { readonly rows: number; readonly participants: number },
  groups: ArrayLike<Cell>,
  random: SeededRandom,
): Uint32Array {
  const sizes = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    const group = String(groups[row] ?? '');
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  // The sort is stable, so groups of one size stay in random order.
  const order = random.shuffle([...sizes]).sort(([, a], [, b]) => b - a);
  const loads = new Uint32Array(participants);
  const ownerOf = new Map<string, number>();
  for (const [group, size] of order) {
    let owner = 0;
    for (let i = 1; i < participants; i++) {
      if ((loads[i] as number) < (loads[owner] as number)) owner = i;
    }
    loads[owner] = (loads[owner] as number) + size;
    ownerOf.set(group, owner);
  }
  return Uint32Array.from({ length: rows }, (_, row) =>
    Number(ownerOf.get(String(groups[row] ?? ''))),
  );
}
