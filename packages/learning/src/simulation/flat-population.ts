import type { DenseExamples } from '../data/dense-examples.ts';
import { learningError } from '../errors.ts';

/**
 * The examples of all virtual participants, one behind the other in memory that threads share: a
 * participant's are a view, never a copy.
 */
export interface FlatPopulation {
  readonly width: number;
  readonly features: Float32Array;
  readonly targets: Float32Array;
  /** Participant p holds rows `starts[p]` to `starts[p + 1] - 1`. */
  readonly starts: Uint32Array;
}

/**
 * Copies examples into shared memory, grouped by participant.
 * @param parts the row numbers of each participant.
 * @throws {DdaiError} `PARTITION_INVALID` when a participant has none.
 */
export function flattenPopulation(
  examples: DenseExamples,
  parts: readonly ArrayLike<number>[],
): FlatPopulation {
  const { width } = examples;
  const rows = parts.reduce((sum, part) => sum + part.length, 0);
  const features = new Float32Array(new SharedArrayBuffer(rows * width * 4));
  const targets = new Float32Array(new SharedArrayBuffer(rows * 4));
  const starts = new Uint32Array(new SharedArrayBuffer((parts.length + 1) * 4));
  let at = 0;
  parts.forEach((part, participant) => {
    if (part.length === 0) {
      throw learningError({
        code: 'PARTITION_INVALID',
        message: `participant ${participant} has no rows`,
        remedy: 'Use fewer participants, or a partition that is less uneven.',
        fields: { participant },
      });
    }
    starts[participant] = at;
    for (let i = 0; i < part.length; i++, at++) {
      const row = part[i] as number;
      features.set(examples.features.subarray(row * width, (row + 1) * width), at * width);
      targets[at] = examples.targets[row] as number;
    }
  });
  starts[parts.length] = at;
  return { width, features, targets, starts };
}

/** Rows `from` to `to - 1` of a population, without a copy. */
export function viewRows(population: FlatPopulation, from: number, to: number): DenseExamples {
  const { width, features, targets } = population;
  return {
    width,
    features: features.subarray(from * width, to * width),
    targets: targets.subarray(from, to),
  };
}

/**
 * Label flipping (Fang et al. 2020, section 5.1.2) on the examples of `attackers`, in place: class y
 * of L becomes L − 1 − y. They then train honestly, on data that teach the opposite.
 */
export function flipPopulationLabels(
  population: FlatPopulation,
  attackers: Iterable<number>,
  classes: number,
): void {
  const { targets, starts } = population;
  for (const participant of attackers) {
    const end = starts[participant + 1] as number;
    for (let row = starts[participant] as number; row < end; row++) {
      targets[row] = classes - 1 - (targets[row] as number);
    }
  }
}
