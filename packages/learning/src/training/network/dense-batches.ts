import { learningError } from '../../errors.ts';
import { checkTargets } from '../check-targets.ts';
import type { DenseExamples } from '../dense-examples.ts';
import { findNotFinite } from '../find-not-finite.ts';
import type { LossName } from '../model-spec.ts';
import type { ExampleReader } from './batches.ts';

/** Reads `DenseExamples` of a model with `inputs` numbers an example. */
export function createDenseReader(model: {
  readonly inputs: number;
  readonly outputs: number;
  readonly loss: LossName;
}): ExampleReader<DenseExamples> {
  const { inputs } = model;
  return {
    read: (data) => {
      checkFeatures(data, inputs);
      checkTargets(data.targets, model);
      const { features, targets } = data;
      return {
        examples: targets.length,
        targets,
        words: (rows) => rows * inputs,
        load: ({ kernel, to, order, start, end }) => {
          for (let i = start; i < end; i++) {
            const from = (order[i] as number) * inputs;
            kernel.floats.set(features.subarray(from, from + inputs), to + (i - start) * inputs);
          }
        },
      };
    },
    readEpoch: ({ read, training }) => {
      if ((training.featureDropout ?? 0) === 0) return read;
      throw learningError({
        code: 'TRAINING_INVALID',
        message: 'local training: featureDropout is for models over sparse features',
        remedy: 'Leave it out.',
        fields: { field: 'featureDropout' },
      });
    },
  };
}

function checkFeatures({ features, width, targets }: DenseExamples, inputs: number): void {
  if (width !== inputs)
    throw learningError({
      code: 'EXAMPLES_INVALID',
      message: `each example has ${width} numbers, and the model takes ${inputs}`,
      remedy: 'Prepare the examples with the schema that the model was made for.',
      fields: { width, inputs },
    });
  if (features.length !== targets.length * width)
    throw learningError({
      code: 'EXAMPLES_INVALID',
      message: `${features.length} features are not ${targets.length} rows of ${width}`,
      fields: { features: features.length, rows: targets.length },
    });
  const at = findNotFinite(features);
  if (at === -1) return;
  const row = Math.floor(at / width) + 1;
  throw learningError({
    code: 'EXAMPLES_INVALID',
    message: `row ${row}, feature ${(at % width) + 1}: ${features[at]} is not a finite number`,
    remedy: 'Fill or drop what is missing before training.',
    fields: { row, feature: (at % width) + 1 },
  });
}
