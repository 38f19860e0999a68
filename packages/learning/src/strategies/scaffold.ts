import { learningError } from '../errors.ts';
import { vectorOf } from './named-state.ts';
import { readOptions, SERVER_RATE } from './read-options.ts';
import type { WeightedSumStrategy } from './strategy.ts';
import { addStep, meanOf } from './weighted-sum.ts';

/**
 * SCAFFOLD (Karimireddy et al. 2020, algorithm 1): each participant adds c − cᵢ to its gradients,
 * which cancels the drift of its own data, and sends Δᵢ and the change of cᵢ. The server takes
 * w ← w + η Δ and c ← c + |S|/N Δc. Here both means are by examples, so a first round, where all
 * controls are zero, is one of FedAvg; with equal counts it is the paper's.
 *
 * The participant's part (option II of equation 4) is in `trainClient`.
 *
 * @param options.population N, all participants of the job whether or not in a round.
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createScaffold(options: {
  readonly population: number;
  readonly serverRate?: number;
}): WeightedSumStrategy {
  const { population, serverRate } = readOptions(
    'scaffold',
    { population: { low: 1, high: 1e9, isWhole: true }, serverRate: SERVER_RATE },
    options,
  );
  return {
    name: 'scaffold',
    sees: 'weighted-sum',
    fewestUpdates: 1,
    hasControls: true,
    createState: (parameters) => ({
      vectors: { control: new Float32Array(parameters) },
      numbers: {},
    }),
    instruct: (state) => ({ control: vectorOf(state, 'control') }),
    aggregate: ({ weights, state, sum }) => {
      const { participants, weight, controlDelta } = sum;
      if (participants > population || controlDelta === undefined) {
        const why =
          controlDelta === undefined
            ? 'the sum holds no control deltas'
            : `${participants} updates of a population of ${population}`;
        throw learningError({ code: 'STRATEGY_INVALID', message: `scaffold: ${why}` });
      }
      const control = vectorOf(state, 'control', weights.length);
      return {
        weights: addStep(weights, meanOf(sum.delta, weight), serverRate),
        state: {
          vectors: {
            control: addStep(control, meanOf(controlDelta, weight), participants / population),
          },
          numbers: {},
        },
        changes: 1,
      };
    },
  };
}
