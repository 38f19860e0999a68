import { learningError } from '../errors.ts';
import type { DenseExamples, SparseExamples } from './examples.ts';

/**
 * @returns how many examples there are, at least 1.
 * @throws {DdaiError} `EXAMPLES_INVALID` names the row and the column.
 */
export function checkDenseExamples(data: DenseExamples, width: number): number {
  const { features } = data;
  if (data.width !== width)
    throw invalid(`the examples are ${data.width} wide; the model takes ${width}`);
  const rows = features.length / width;
  if (!Number.isInteger(rows))
    throw invalid(`${features.length} numbers are no whole count of rows of ${width}`);
  if (rows === 0) throw invalid('there are no examples');
  for (let i = 0; i < features.length; i++) {
    if (Number.isFinite(features[i])) continue;
    const [row, column] = [Math.floor(i / width), i % width];
    throw invalid(`row ${row}, column ${column} is ${features[i]}, not a finite number`, {
      row,
      column,
    });
  }
  return rows;
}

/**
 * @returns how many examples there are, at least 1.
 * @throws {DdaiError} `EXAMPLES_INVALID` names the row and the entry.
 */
export function checkSparseExamples(data: SparseExamples, dimension: number): number {
  const { offsets, indices, values } = data.rows;
  const rows = offsets.length - 1;
  if (rows < 1) throw invalid('there are no examples');
  if (offsets[0] !== 0 || offsets[rows] !== indices.length || indices.length !== values.length)
    throw invalid('offsets, indices and values of the sparse rows do not fit together');
  for (let row = 0; row < rows; row++) {
    const end = offsets[row + 1] as number;
    if (end < (offsets[row] as number) || end > indices.length)
      throw invalid(`row ${row} ends before it begins, or beyond the last entry`, { row });
    for (let entry = offsets[row] as number; entry < end; entry++) {
      if ((indices[entry] as number) >= dimension)
        throw invalid(`row ${row} has feature ${indices[entry]}; the model has ${dimension}`, {
          row,
        });
      if (!Number.isFinite(values[entry]))
        throw invalid(`row ${row}: feature ${indices[entry]} is ${values[entry]}`, { row });
    }
  }
  return rows;
}

function invalid(message: string, fields: Record<string, number> = {}): Error {
  return learningError({
    code: 'EXAMPLES_INVALID',
    message: `training data: ${message}`,
    remedy: 'Correct the data, or choose the model that was made for it.',
    fields,
  });
}
