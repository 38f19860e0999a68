import { checkSparseExamples } from '../examples/check-examples.ts';
import type { SparseExamples } from '../examples/examples.ts';
import { dropFeatures } from '../features/drop-features.ts';
import type { Batch, InputStage } from './input-stage.ts';
import { uniform } from './layer.ts';

/**
 * The sum of an example's rows of a table[dimension×width], each times its feature's value; with
 * `isMean` divided by the sum of the absolute values (Joulin et al. 2017 average embeddings of
 * hashed n-grams like this). An example without features gives zeros.
 */
export function createEmbeddingBagInput(options: {
  readonly dimension: number;
  readonly width: number;
  readonly isMean: boolean;
  readonly initialLimit: number;
}): InputStage<SparseExamples> {
  const { dimension, width, isMean, initialLimit } = options;
  const scaleOf = ({ rows }: SparseExamples, row: number): number => {
    if (!isMean) return 1;
    let total = 0;
    const end = rows.offsets[row + 1] as number;
    for (let entry = rows.offsets[row] as number; entry < end; entry++)
      total += Math.abs(rows.values[entry] as number);
    return total === 0 ? 0 : 1 / total;
  };
  return {
    outputs: width,
    tensors: [
      {
        name: 'embedding.weight',
        shape: [dimension, width],
        isNormalisation: false,
        isTrained: true,
        initial: uniform(initialLimit),
      },
    ],
    check: (data) => checkSparseExamples(data, dimension),
    dropFeatures: ({ rows, targets }, share, seed) => ({
      rows: dropFeatures(rows, share, seed),
      targets,
    }),
    bind: ({ kernel, weights, gradients }) => {
      const [table = 0] = weights;
      const [dtable] = gradients;
      const eachEntry = (
        { data, order, from, rows }: Batch<SparseExamples>,
        visit: (feature: number, factor: number, i: number) => void,
      ): void => {
        const { offsets, indices, values } = data.rows;
        for (let i = 0; i < rows; i++) {
          const row = order[from + i] as number;
          const scale = scaleOf(data, row);
          const end = offsets[row + 1] as number;
          for (let entry = offsets[row] as number; entry < end; entry++)
            visit(indices[entry] as number, (values[entry] as number) * scale, i);
        }
      };
      const forward = (batch: Batch<SparseExamples>, y: number): void => {
        kernel.fill(batch.rows * width, 0, y);
        eachEntry(batch, (feature, factor, i) =>
          kernel.axpy(width, factor, table + feature * width, y + i * width),
        );
      };
      if (dtable === undefined) return { forward };

      kernel.fill(dimension * width, 0, dtable);
      const isTouched = new Uint8Array(dimension);
      let touched: number[] = [];
      return {
        forward,
        learning: {
          backward: (batch, dy) =>
            eachEntry(batch, (feature, factor, i) => {
              if (isTouched[feature] === 0) touched.push(feature);
              isTouched[feature] = 1;
              kernel.axpy(width, factor, dy + i * width, dtable + feature * width);
            }),
          eachTouchedRun: (visit) => {
            for (const feature of touched) visit(feature * width, width);
          },
          clear: (isEverywhere) => {
            if (isEverywhere) kernel.fill(dimension * width, 0, dtable);
            for (const feature of touched) {
              if (!isEverywhere) kernel.fill(width, 0, dtable + feature * width);
              isTouched[feature] = 0;
            }
            touched = [];
          },
        },
      };
    },
  };
}
