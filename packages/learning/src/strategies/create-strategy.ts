import { learningError } from '../errors.ts';
import { createBulyan } from './bulyan.ts';
import { createCentredClipping } from './centred-clipping.ts';
import { createCoordinateMedian } from './coordinate-median.ts';
import { createFedAdagrad } from './fed-adagrad.ts';
import { createFedAdam } from './fed-adam.ts';
import { createFedAvg } from './fed-avg.ts';
import { createFedAvgM } from './fed-avg-m.ts';
import { createFedBn } from './fed-bn.ts';
import { createFedBuff } from './fed-buff.ts';
import { createFedProx } from './fed-prox.ts';
import { createFedYogi } from './fed-yogi.ts';
import { createKrum, createMultiKrum } from './krum.ts';
import { createScaffold } from './scaffold.ts';
import type { Strategy } from './strategy.ts';
import { createTrimmedMean } from './trimmed-mean.ts';

const STRATEGIES = {
  fedavg: createFedAvg,
  fedavgm: createFedAvgM,
  fedprox: createFedProx,
  fedadam: createFedAdam,
  fedyogi: createFedYogi,
  fedadagrad: createFedAdagrad,
  scaffold: createScaffold,
  fedbn: createFedBn,
  fedbuff: createFedBuff,
  median: createCoordinateMedian,
  'trimmed-mean': createTrimmedMean,
  krum: createKrum,
  'multi-krum': createMultiKrum,
  bulyan: createBulyan,
  'centred-clipping': createCentredClipping,
} as const satisfies Record<string, (options: never) => Strategy>;

export type StrategyName = keyof typeof STRATEGIES;

/** Every strategy there is, in the order of the documentation. */
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as readonly StrategyName[];

/**
 * A strategy by its name, from settings of an untrusted source: a command line, a job's terms.
 *
 * @param settings as the strategy's own `create…` takes them.
 * @throws {DdaiError} `STRATEGY_INVALID` on an unknown name, and on settings that are unknown,
 * missing, not numbers or out of range.
 * @example createStrategy('krum', { faulty: 2 })
 */
export function createStrategy(
  name: string,
  settings: Readonly<Record<string, number>> = {},
): Strategy {
  if (!Object.hasOwn(STRATEGIES, name)) {
    throw learningError({
      code: 'STRATEGY_INVALID',
      message: `there is no strategy "${name.slice(0, 40)}"`,
      remedy: `Choose one of ${STRATEGY_NAMES.join(', ')}.`,
      fields: { setting: 'strategy' },
    });
  }
  const create = STRATEGIES[name as StrategyName] as (
    settings: Readonly<Record<string, number>>,
  ) => Strategy;
  return create(settings);
}
