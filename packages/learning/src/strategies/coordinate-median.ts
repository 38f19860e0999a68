import { createCoordinateRanks } from './coordinate-ranks.ts';
import { FAULTY, readOptions, SERVER_RATE } from './read-options.ts';
import { createRobustStrategy } from './robust-strategy.ts';
import type { SingleUpdateStrategy } from './strategy.ts';

/**
 * Coordinate-wise median (Yin et al. 2018, definition 1): each coordinate is the median of that
 * coordinate over all updates; of an even number, the mean of the middle two. Stands f of
 * n ≥ 2f + 1 faulty updates.
 *
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createCoordinateMedian(
  options: { readonly faulty?: number; readonly serverRate?: number } = {},
): SingleUpdateStrategy {
  const ranges = { faulty: { ...FAULTY, default: 0 }, serverRate: SERVER_RATE };
  const { faulty, serverRate } = readOptions('median', ranges, options);
  return createRobustStrategy({
    name: 'median',
    fewestUpdates: 2 * faulty + 1,
    serverRate,
    combine: coordinateMedian,
  });
}

function coordinateMedian(deltas: readonly Float32Array[]): Float32Array {
  const ranks = createCoordinateRanks(deltas);
  const low = (deltas.length - 1) >> 1;
  const high = deltas.length >> 1;
  const median = new Float32Array(deltas[0]?.length ?? 0);
  for (let at = 0; at < median.length; at++) {
    ranks.sort(at);
    median[at] = ((ranks.values[low] as number) + (ranks.values[high] as number)) / 2;
  }
  return median;
}
