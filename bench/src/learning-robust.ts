import {
  type Attack,
  createFedAvg,
  createInnerProduct,
  createLargeNoise,
  createLittleIsEnough,
  createMultiKrum,
  createSignFlip,
  createTrimmedMean,
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

const ATTACKS: Readonly<Record<string, Attack>> = {
  'sign flip': createSignFlip(),
  'large noise': createLargeNoise(),
  'a little is enough': createLittleIsEnough(),
  'inner product': createInnerProduct(),
};
const STRATEGIES: readonly Strategy[] = [
  createTrimmedMean({ faulty: FAULTY }),
  createMultiKrum({ faulty: FAULTY, selected: PARTICIPANTS - FAULTY - 2 }),
];

/**
 * Robust rules under f = 2 attackers of 11, banking77 softmax, IID, E 5, seed 1: points of accuracy
 * that an attack costs against the plain mean without attackers. The plain mean under the same
 * attack is the reference.
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
  const peaceful = runRobustFederation({ ...task, strategy: mean, attack: undefined });
  const lossUnder = (strategy: Strategy, attack: Attack): number =>
    100 * (peaceful - runRobustFederation({ ...task, strategy, attack }));
  return Object.entries(ATTACKS).flatMap(([attackName, attack]) => {
    const reference = { name: 'plain mean', value: lossUnder(mean, attack) };
    return STRATEGIES.map(
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
