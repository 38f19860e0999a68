import type { DenseExamples, SparseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Trainer } from '../training/trainer.ts';
import { createConvolutionalTrainer } from './convolutional-trainer.ts';
import { createEmbeddingBagTrainer } from './embedding-bag-trainer.ts';
import { createLinearTrainer } from './linear-trainer.ts';
import type { DenseModelSpec, ModelSpec, SparseModelSpec } from './model-spec.ts';
import { createMultiLayerPerceptronTrainer } from './multi-layer-perceptron-trainer.ts';
import { createSparseLinearTrainer } from './sparse-linear-trainer.ts';
import { createSparseSoftmaxTrainer } from './sparse-softmax-trainer.ts';

/** What the examples of a model look like. */
export type ExamplesOf<Spec extends ModelSpec> = Spec extends DenseModelSpec
  ? DenseExamples
  : SparseExamples;

/** Whether a model takes examples of a fixed width, and not sparse ones. */
export function isDenseModel(spec: ModelSpec): spec is DenseModelSpec {
  return !['embedding-bag', 'sparse-linear', 'sparse-softmax'].includes(spec.kind);
}

/**
 * The trainer of a parsed spec. Trainers may share a kernel, whose memory grows to what the largest
 * of them needs at once.
 *
 * @example
 * const trainer = createTrainer(MCMAHAN_2NN, await createWasmKernel());
 * const training = { epochs: 1, batchSize: 10, learningRate: 0.2, optimiser: 'sgd' } as const;
 * const weights = trainer.initialise('seed');
 * const result = trainer.fit({ weights, data, training, seed: 'round-1/site-3' });
 */
export function createTrainer<Spec extends ModelSpec>(
  spec: Spec,
  kernel: Kernel,
): Trainer<ExamplesOf<Spec>> {
  const trainer = isDenseModel(spec) ? createDense(spec, kernel) : createSparse(spec, kernel);
  return trainer as Trainer<ExamplesOf<Spec>>;
}

function createDense(spec: DenseModelSpec, kernel: Kernel): Trainer<DenseExamples> {
  switch (spec.kind) {
    case 'linear':
      return createLinearTrainer(spec, kernel);
    case 'multi-layer-perceptron':
      return createMultiLayerPerceptronTrainer(spec, kernel);
    case 'convolutional':
      return createConvolutionalTrainer(spec, kernel);
  }
}

function createSparse(spec: SparseModelSpec, kernel: Kernel): Trainer<SparseExamples> {
  switch (spec.kind) {
    case 'embedding-bag':
      return createEmbeddingBagTrainer(spec, kernel);
    case 'sparse-linear':
      return createSparseLinearTrainer(spec, kernel);
    case 'sparse-softmax':
      return createSparseSoftmaxTrainer(spec, kernel);
  }
}
