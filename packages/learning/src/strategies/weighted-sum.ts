import type { ClientUpdate, WeightedSum } from './strategy.ts';

/** By participant, then by version: sums come out the same whatever the order of arrival. */
export function sortUpdates(updates: readonly ClientUpdate[]): ClientUpdate[] {
  return updates.toSorted((a, b) => {
    if (a.participantId !== b.participantId) return a.participantId < b.participantId ? -1 : 1;
    return a.baseVersion - b.baseVersion;
  });
}

/** Σ nᵢ Δᵢ in the order given, with the examples nᵢ as weights: what secure aggregation computes. */
export function sumUpdates(updates: readonly ClientUpdate[]): WeightedSum {
  const parameters = updates[0]?.delta.length ?? 0;
  const delta = new Float64Array(parameters);
  const hasControls = updates.some(({ controlDelta }) => controlDelta !== undefined);
  const controls = hasControls ? new Float64Array(parameters) : undefined;
  let weight = 0;
  for (const update of updates) {
    const { examples, controlDelta } = update;
    weight += examples;
    addScaled(delta, update.delta, examples);
    if (controls !== undefined && controlDelta !== undefined)
      addScaled(controls, controlDelta, examples);
  }
  const sum = { participants: updates.length, weight, delta };
  return controls === undefined ? sum : { ...sum, controlDelta: controls };
}

/**
 * Σ wᵢ vᵢ / Σ wᵢ, rounded once to single precision. Every strategy goes on from these rounded
 * means, so those that are equal on paper are equal to the last bit.
 */
export function meanOf(sum: Float64Array, weight: number): Float32Array {
  const mean = new Float32Array(sum.length);
  for (let i = 0; i < mean.length; i++) mean[i] = (sum[i] as number) / weight;
  return mean;
}

/** The mean in which every update counts the same, in the order given. */
export function unweightedMean(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) addScaled(sum, vector, 1);
  return meanOf(sum, vectors.length);
}

/** w + rate · step, in a new vector. */
export function addStep(weights: Float32Array, step: Float32Array, rate: number): Float32Array {
  const moved = new Float32Array(weights.length);
  for (let i = 0; i < moved.length; i++)
    moved[i] = (weights[i] as number) + rate * (step[i] as number);
  return moved;
}

/** sum += scale · vector, in place. */
export function addScaled(sum: Float64Array, vector: Float32Array, scale: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + scale * (vector[i] as number);
}
