import type { Attack } from './attack.ts';

/** Sends NaN alone, which spoils every mean: the reason why updates are checked before they count. */
export function createNotANumber(): Attack {
  return ({ own }) => new Float32Array(own.length).fill(Number.NaN);
}
