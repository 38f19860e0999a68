import {
  type Attack,
  createCentredClipping,
  createFedAvg,
  createInnerProduct,
  createLargeNoise,
  createLittleIsEnough,
  createMultiKrum,
  createNotANumber,
  createSignFlip,
  type Strategy,
} from '@ddai/learning';
import type { Bar } from './bar.ts';
import { readBanking77 } from './bench-data.ts';
import { runRobustFederation } from './robust-federation.ts';

const PARTICIPANTS = 11;
/** The most for which n ≥ 4f + 3. */
const FAULTY = 2;
const ROUNDS = 20;
const EPOCHS = 5;
const DIMENSION = 2 ** 13;
const SEED = 1;

/** Fixed for all attacks. A radius of 30 ends within 0.7 points of it under all but large noise, untried. */
const CLIPPING = createCentredClipping({ radius: 5, faulty: FAULTY });
const MULTI_KRUM = createMultiKrum({ faulty: FAULTY, selected: PARTICIPANTS - FAULTY - 2 });

/** Inner product manipulation defeats Multi-Krum (5.4 points lost), so there is no bar for the two. */
const CASES: readonly (readonly [string, Attack, readonly Strategy[]])[] = [
  ['sign flip', createSignFlip(), [CLIPPING, MULTI_KRUM]],
  ['large noise', createLargeNoise(), [CLIPPING, MULTI_KRUM]],
  ['a little is enough', createLittleIsEnough(), [CLIPPING, MULTI_KRUM]],
  ['inner product', createInnerProduct(), [CLIPPING]],
];

/**
 * Robust rules under f = 2 attackers of 11, banking77 softmax, IID, E 5, 20 rounds, seed 1: points of
 * accuracy that an attack costs against the mean of the honest alone, since the attackers' data are
 * lost in any case. The plain mean under the same attack is the reference.
 */
export function benchRobust(dataDirectory: string): Bar[] {
  const task = {
    train: readBanking77(dataDirectory, 'train'),
    test: readBanking77(dataDirectory, 'test'),
    participants: PARTICIPANTS,
    faulty: FAULTY,
    rounds: ROUNDS,
    epochs: EPOCHS,
    seed: SEED,
    dimension: DIMENSION,
  };
  const mean = createFedAvg();
  // NaN never passes the intake: what is left is the honest.
  const honest = runRobustFederation({ ...task, strategy: mean, attack: createNotANumber() });
  const lossUnder = (strategy: Strategy, attack: Attack): number =>
    100 * (honest - runRobustFederation({ ...task, strategy, attack }));
  return CASES.flatMap(([attackName, attack, strategies]) => {
    const reference = { name: 'plain mean', value: lossUnder(mean, attack) };
    return strategies.map(
      (strategy): Bar => ({
        name: `${strategy.name} under ${attackName}, f ${FAULTY} of ${PARTICIPANTS}`,
        value: lossUnder(strategy, attack),
        unit: 'points of accuracy lost',
        bound: { atMost: 2 },
        reference,
      }),
    );
  });
}
