import { dropFeatures } from '../../features/drop-features.ts';
import { checkSparseExamples } from '../check-sparse-examples.ts';
import type { LossName } from '../model-spec.ts';
import type { SparseExamples } from '../sparse-examples.ts';
import type { Batches, ExampleReader } from './batches.ts';

/**
 * Reads `SparseExamples` into the form that `createBagLayer` takes. With `pooling: 'mean'` each
 * value is divided by the number of its row's entries.
 */
export function createSparseReader(model: {
  readonly dimension: number;
  readonly outputs: number;
  readonly loss: LossName;
  readonly pooling: 'sum' | 'mean';
}): ExampleReader<SparseExamples> {
  const toBatches = (data: SparseExamples): Batches => sparseBatches(data, model.pooling);
  return {
    read: (data) => {
      checkSparseExamples(data, model);
      return toBatches(data);
    },
    readEpoch: ({ data, read, training, seed }) => {
      const { featureDropout = 0 } = training;
      if (featureDropout === 0) return read;
      return toBatches({ ...data, rows: dropFeatures(data.rows, featureDropout, seed) });
    },
  };
}

function sparseBatches({ rows, targets }: SparseExamples, pooling: 'sum' | 'mean'): Batches {
  const { offsets, indices, values } = rows;
  let longest = 0;
  for (let row = 0; row < targets.length; row++) {
    longest = Math.max(longest, (offsets[row + 1] as number) - (offsets[row] as number));
  }
  let touched: Uint32Array = new Uint32Array(0);
  return {
    examples: targets.length,
    targets,
    words: (count) => count + 1 + 2 * count * longest,
    get touched() {
      return touched;
    },
    load: ({ kernel, to, order, start, end }) => {
      const { words, floats } = kernel;
      words[to] = 0;
      let entries = 0;
      for (let i = start; i < end; i++) {
        const row = order[i] as number;
        entries += (offsets[row + 1] as number) - (offsets[row] as number);
        words[to + i - start + 1] = entries;
      }
      const indicesTo = to + end - start + 1;
      const valuesTo = indicesTo + entries;
      for (let i = start; i < end; i++) {
        const row = order[i] as number;
        const [first, last] = [offsets[row] as number, offsets[row + 1] as number];
        const at = words[to + i - start] as number;
        words.set(indices.subarray(first, last), indicesTo + at);
        floats.set(values.subarray(first, last), valuesTo + at);
        if (pooling === 'sum') continue;
        for (let entry = 0; entry < last - first; entry++) {
          floats[valuesTo + at + entry] = (values[first + entry] as number) / (last - first);
        }
      }
      touched = words.subarray(indicesTo, valuesTo);
    },
  };
}
