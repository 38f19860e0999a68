import { createCoordinateRanks, meanOfRanks } from './coordinate-ranks.ts';
import { FAULTY, readOptions, SERVER_RATE } from './read-options.ts';
import { createRobustStrategy } from './robust-strategy.ts';
import type { SingleUpdateStrategy } from './strategy.ts';

/**
 * Coordinate-wise trimmed mean (Yin et al. 2018, definition 2): each coordinate leaves out its f
 * largest and f smallest values and is the mean of the others. Needs n ≥ 2f + 1; with f = 0 it is
 * the unweighted mean.
 *
 * @param options.faulty f, the number left out at each end.
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createTrimmedMean(options: {
  readonly faulty: number;
  readonly serverRate?: number;
}): SingleUpdateStrategy {
  const ranges = { faulty: FAULTY, serverRate: SERVER_RATE };
  const { faulty, serverRate } = readOptions('trimmed-mean', ranges, options);
  return createRobustStrategy({
    name: 'trimmed-mean',
    fewestUpdates: 2 * faulty + 1,
    serverRate,
    combine: (deltas) => trimmedMean(deltas, faulty),
  });
}

function trimmedMean(vectors: readonly Float32Array[], faulty: number): Float32Array {
  const { owners, sort } = createCoordinateRanks(vectors);
  const isKept = new Uint8Array(vectors.length);
  const range = { from: faulty, to: vectors.length - faulty };
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (let at = 0; at < mean.length; at++) {
    sort(at);
    mean[at] = meanOfRanks({ vectors, at, owners, ...range, isKept });
  }
  return mean;
}
