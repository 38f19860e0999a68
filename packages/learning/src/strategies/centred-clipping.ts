import { vectorOf } from './named-state.ts';
import { FAULTY, readOptions, SERVER_RATE } from './read-options.ts';
import type { SingleUpdateStrategy } from './strategy.ts';
import { addStep, meanOf } from './weighted-sum.ts';

/**
 * Centred clipping (Karimireddy, He and Jaggi 2021, equation 4): around a centre v, which begins as
 * the last round's result, v ← v + (1/n) Σ (Δᵢ − v) min(1, τ / ‖Δᵢ − v‖), a few times over. No
 * update moves the result by more than τ/n each time. Stands f of n ≥ 2f + 1 faulty updates; with an
 * infinite radius it is the unweighted mean.
 *
 * @param options.radius τ, above 0: about the size by which honest updates differ, in the L2 norm.
 * @param options.iterations 1 to 100, default 3.
 * @throws {DdaiError} `STRATEGY_INVALID`.
 */
export function createCentredClipping(options: {
  readonly radius: number;
  readonly iterations?: number;
  readonly faulty?: number;
  readonly serverRate?: number;
}): SingleUpdateStrategy {
  const { radius, iterations, faulty, serverRate } = readOptions(
    'centred-clipping',
    {
      radius: { low: 0, isAbove: true, high: Number.POSITIVE_INFINITY },
      iterations: { default: 3, low: 1, high: 100, isWhole: true },
      faulty: { ...FAULTY, default: 0 },
      serverRate: SERVER_RATE,
    },
    options,
  );
  return {
    name: 'centred-clipping',
    sees: 'single-updates',
    fewestUpdates: 2 * faulty + 1,
    hasControls: false,
    createState: (parameters) => ({
      vectors: { centre: new Float32Array(parameters) },
      numbers: {},
    }),
    instruct: () => ({}),
    aggregate: ({ weights, state, updates }) => {
      let centre = vectorOf(state, 'centre', weights.length);
      const deltas = updates.map(({ delta }) => delta);
      for (let i = 0; i < iterations; i++) centre = clipAround(centre, deltas, radius);
      return {
        weights: addStep(weights, centre, serverRate),
        state: { vectors: { centre }, numbers: {} },
        changes: 1,
      };
    },
  };
}

function clipAround(
  centre: Float32Array,
  deltas: readonly Float32Array[],
  radius: number,
): Float32Array {
  const sum = new Float64Array(centre.length);
  for (const delta of deltas) {
    let square = 0;
    for (let i = 0; i < sum.length; i++)
      square += ((delta[i] as number) - (centre[i] as number)) ** 2;
    const scale = Math.min(1, radius / Math.sqrt(square));
    // At the centre itself the scale may be NaN (∞ · 0): there is nothing to clip.
    const factor = square === 0 ? 1 : scale;
    for (let i = 0; i < sum.length; i++)
      sum[i] = (sum[i] as number) + factor * ((delta[i] as number) - (centre[i] as number));
  }
  return addStep(centre, meanOf(sum, deltas.length), 1);
}
