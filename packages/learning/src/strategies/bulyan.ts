import { createCoordinateRanks, meanOfRanks } from './coordinate-ranks.ts';
import { orderByKrum, squaredDistances } from './krum-scores.ts';
import { FAULTY, readOptions, SERVER_RATE } from './read-options.ts';
import { createRobustStrategy } from './robust-strategy.ts';
import type { SingleUpdateStrategy } from './strategy.ts';

/**
 * Bulyan (El Mhamdi, Guerraoui and Rouault 2018, section 4): Krum picks θ = n − 2f updates one after
 * the other, each time among those left; then each coordinate is the mean of the β = θ − 2f values
 * nearest to its median. Needs n ≥ 4f + 3; with f = 0 it is the unweighted mean.
 *
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createBulyan(options: {
  readonly faulty: number;
  readonly serverRate?: number;
}): SingleUpdateStrategy {
  const { faulty, serverRate } = readOptions(
    'bulyan',
    { faulty: FAULTY, serverRate: SERVER_RATE },
    options,
  );
  return createRobustStrategy({
    name: 'bulyan',
    fewestUpdates: 4 * faulty + 3,
    serverRate,
    combine: (deltas) => meanAroundMedian(selectByKrum(deltas, faulty), faulty),
  });
}

function selectByKrum(deltas: readonly Float32Array[], faulty: number): Float32Array[] {
  const distances = squaredDistances(deltas);
  let pool = [...deltas.keys()];
  const selected: number[] = [];
  while (selected.length < deltas.length - 2 * faulty) {
    const [best] = orderByKrum({ distances, pool, faulty });
    selected.push(best as number);
    pool = pool.filter((i) => i !== best);
  }
  return selected.sort((a, b) => a - b).map((i) => deltas[i] as Float32Array);
}

function meanAroundMedian(vectors: readonly Float32Array[], faulty: number): Float32Array {
  const count = vectors.length;
  const kept = count - 2 * faulty;
  const { values, owners, sort } = createCoordinateRanks(vectors);
  const isKept = new Uint8Array(count);
  const mean = new Float32Array(vectors[0]?.length ?? 0);
  for (let at = 0; at < mean.length; at++) {
    sort(at);
    const median = ((values[(count - 1) >> 1] as number) + (values[count >> 1] as number)) / 2;
    // The nearest values are neighbours in rank: the window moves up while its next value is nearer.
    let from = 0;
    while (
      from + kept < count &&
      (values[from + kept] as number) - median < median - (values[from] as number)
    )
      from += 1;
    mean[at] = meanOfRanks({ vectors, at, owners, from, to: from + kept, isKept });
  }
  return mean;
}
