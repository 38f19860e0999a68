import { createSeededRandom } from '@ddai/core';
import type { SparseRows } from './sparse-rows.ts';

/** A copy of `rows` without a seeded share of the entries, the others scaled up to the same mean. */
export function dropFeatures(rows: SparseRows, share: number, seed: string): SparseRows {
  if (share === 0) return rows;
  const random = createSeededRandom(seed);
  const scale = 1 / (1 - share);
  const offsets = new Uint32Array(rows.offsets.length);
  const indices = new Uint32Array(rows.indices.length);
  const values = new Float32Array(rows.values.length);
  let kept = 0;
  for (let row = 0; row + 1 < offsets.length; row++) {
    const end = rows.offsets[row + 1] as number;
    for (let entry = rows.offsets[row] as number; entry < end; entry++) {
      if (random.next() < share) continue;
      indices[kept] = rows.indices[entry] as number;
      values[kept++] = (rows.values[entry] as number) * scale;
    }
    offsets[row + 1] = kept;
  }
  return { offsets, indices, values };
}
