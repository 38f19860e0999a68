import { learningError } from '../errors.ts';
import { checkTargets } from './check-targets.ts';
import type { LossName } from './model-spec.ts';
import type { SparseExamples } from './sparse-examples.ts';

/**
 * Refuses sparse rows that don't fit a model.
 * @throws {DdaiError} `EXAMPLES_INVALID` names the row, counted from 1.
 */
export function checkSparseExamples(
  { rows, targets }: SparseExamples,
  model: { readonly dimension: number; readonly outputs: number; readonly loss: LossName },
): void {
  const { offsets, indices, values } = rows;
  checkTargets(targets, model);
  if (offsets.length !== targets.length + 1 || offsets[0] !== 0)
    refuse(`${offsets.length} offsets are not one a row and one more, from 0 on`);
  for (let row = 0; row < targets.length; row++) {
    const [start, end] = [offsets[row] as number, offsets[row + 1] as number];
    if (end < start || end > indices.length || end > values.length)
      refuse(`row ${row + 1}: its entries from ${start} to ${end} are not there`, row);
    for (let entry = start; entry < end; entry++) {
      if ((indices[entry] as number) >= model.dimension)
        refuse(`row ${row + 1}: index ${indices[entry]} is not below ${model.dimension}`, row);
      if (!Number.isFinite(values[entry]))
        refuse(`row ${row + 1}: the value ${values[entry]} is not a finite number`, row);
    }
  }
}

function refuse(message: string, row = -1): never {
  throw learningError({
    code: 'EXAMPLES_INVALID',
    message,
    remedy: 'Featurise the rows with the spec that the model was made for.',
    ...(row === -1 ? {} : { fields: { row: row + 1 } }),
  });
}
