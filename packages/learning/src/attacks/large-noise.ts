import type { SeededRandom } from '@ddai/core';
import { log } from '../training/elementary.ts';
import type { Attack } from './attack.ts';
import { readStrength } from './read-strength.ts';

/**
 * Gaussian noise in the place of an update (Blanchard et al. 2017, section 6: "Gaussian attack").
 *
 * @param options.deviation of each coordinate, above 0; the paper takes 200. Default 200.
 * @throws {DdaiError} `ATTACK_INVALID`.
 */
export function createLargeNoise(options: { readonly deviation?: number } = {}): Attack {
  const deviation = readStrength('large-noise', 'deviation', options.deviation ?? 200);
  return ({ own, random }) => own.map(() => deviation * nextGaussian(random));
}

/** A standard normal number by the polar method (Marsaglia and Bray 1964). */
function nextGaussian(random: SeededRandom): number {
  for (;;) {
    const x = 2 * random.next() - 1;
    const y = 2 * random.next() - 1;
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * log(square)) / square);
  }
}
