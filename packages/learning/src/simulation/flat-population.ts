import { learningError } from '../errors.ts';
import type { DenseExamples, SparseExamples } from '../examples/examples.ts';
import { type FlatDense, flattenDense, viewDense } from './flat-dense.ts';
import type { FlatRows } from './flat-rows.ts';
import { type FlatSparse, flattenSparse, viewSparse } from './flat-sparse.ts';

/**
 * The examples of all virtual participants, one behind the other in memory that threads share: a
 * participant's are a view, never a copy.
 */
export type FlatPopulation = FlatDense | FlatSparse;

/**
 * Copies examples into shared memory, grouped by participant.
 * @param parts the row numbers of each participant.
 * @throws {DdaiError} `PARTITION_INVALID` when a participant has none.
 */
export function flattenPopulation(
  examples: DenseExamples | SparseExamples,
  parts: readonly ArrayLike<number>[],
): FlatPopulation {
  const starts = new Uint32Array(new SharedArrayBuffer((parts.length + 1) * 4));
  parts.forEach((part, participant) => {
    if (part.length === 0) {
      throw learningError({
        code: 'PARTITION_INVALID',
        message: `participant ${participant} has no rows`,
        remedy: 'Use fewer participants, or a partition that is less uneven.',
        fields: { participant },
      });
    }
    starts[participant + 1] = (starts[participant] as number) + part.length;
  });
  const rows = new Uint32Array(starts[parts.length] as number);
  parts.forEach((part, participant) => {
    rows.set(Uint32Array.from(part), starts[participant]);
  });
  return 'rows' in examples
    ? { ...flattenSparse(examples, rows), starts }
    : { ...flattenDense(examples, rows), starts };
}

/** Rows `from` to `to - 1` of a population, as a trainer reads them. */
export function viewRows(
  population: FlatPopulation,
  from: number,
  to: number,
): DenseExamples | SparseExamples {
  return population.kind === 'dense'
    ? viewDense(population, from, to)
    : viewSparse(population, from, to);
}

/**
 * Label flipping (Fang et al. 2020, section 5.1.2) on the examples of `attackers`, in place: class y
 * of L becomes L − 1 − y. They then train honestly, on data that teach the opposite.
 */
export function flipPopulationLabels(
  population: FlatRows,
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
