import { orderByKrum, squaredDistances } from './krum-scores.ts';
import { FAULTY, readOptions, SERVER_RATE } from './read-options.ts';
import { createRobustStrategy } from './robust-strategy.ts';
import type { SingleUpdateStrategy } from './strategy.ts';
import { unweightedMean } from './weighted-sum.ts';

/**
 * Krum (Blanchard et al. 2017, section 4): takes the one update that is nearest to its n − f − 2
 * nearest others. Needs n ≥ 2f + 3.
 *
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createKrum(options: {
  readonly faulty: number;
  readonly serverRate?: number;
}): SingleUpdateStrategy {
  const { faulty, serverRate } = readOptions(
    'krum',
    { faulty: FAULTY, serverRate: SERVER_RATE },
    options,
  );
  return { ...createMultiKrum({ faulty, serverRate, selected: 1 }), name: 'krum' };
}

/**
 * Multi-Krum (Blanchard et al. 2017, section 5): the mean of the m updates with the best scores.
 * Needs n ≥ 2f + 3 and m ≤ n − f − 2; m = 1 is Krum.
 *
 * @param options.selected m.
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createMultiKrum(options: {
  readonly faulty: number;
  readonly selected: number;
  readonly serverRate?: number;
}): SingleUpdateStrategy {
  const { faulty, selected, serverRate } = readOptions(
    'multi-krum',
    {
      faulty: FAULTY,
      selected: { low: 1, high: 10_000, isWhole: true },
      serverRate: SERVER_RATE,
    },
    options,
  );
  return createRobustStrategy({
    name: 'multi-krum',
    fewestUpdates: Math.max(2 * faulty + 3, selected + faulty + 2),
    serverRate,
    combine: (deltas) => {
      const pool = [...deltas.keys()];
      const best = orderByKrum({ distances: squaredDistances(deltas), pool, faulty });
      const kept = best.slice(0, selected).sort((a, b) => a - b);
      return unweightedMean(kept.map((i) => deltas[i] as Float32Array));
    },
  });
}
