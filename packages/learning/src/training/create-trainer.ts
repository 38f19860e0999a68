import type { Kernel } from '../kernel/kernel.ts';
import type { DenseExamples } from './dense-examples.ts';
import type { DenseModelSpec, ModelSpec, SparseModelSpec } from './model-spec.ts';
import { createSparseSoftmaxTrainer } from './models/sparse-softmax.ts';
import { buildNetwork } from './network/build-network.ts';
import { createDenseReader } from './network/dense-batches.ts';
import { createNetworkTrainer } from './network/network-trainer.ts';
import { createSparseReader } from './network/sparse-batches.ts';
import type { SparseExamples } from './sparse-examples.ts';
import type { Trainer } from './trainer.ts';

/** The trainer of a model, which reads dense or sparse examples. */
export type TrainerOf<Spec extends ModelSpec> = Spec extends SparseModelSpec
  ? Trainer<SparseExamples>
  : Trainer<DenseExamples>;

/**
 * Builds the trainer of a model over a kernel. Trainers may share a kernel: each call of one uses
 * its whole memory and keeps nothing there.
 *
 * @example
 * const spec = parseModelSpec(JSON.parse(text));
 * const trainer = createTrainer(spec, await createWasmKernel());
 */
export function createTrainer<Spec extends ModelSpec>(spec: Spec, kernel: Kernel): TrainerOf<Spec>;
export function createTrainer(
  spec: ModelSpec,
  kernel: Kernel,
): Trainer<SparseExamples> | Trainer<DenseExamples> {
  if (spec.kind === 'sparse-softmax') return createSparseSoftmaxTrainer(spec, kernel);
  const network = buildNetwork(spec);
  const { loss, outputs } = spec;
  if (spec.kind === 'embedding-bag') {
    const reader = createSparseReader(spec);
    return createNetworkTrainer({ network, loss, reader, kernel });
  }
  const reader = createDenseReader({ inputs: inputsOf(spec), outputs, loss });
  return createNetworkTrainer({ network, loss, reader, kernel });
}

function inputsOf(spec: DenseModelSpec): number {
  return spec.kind === 'cnn' ? spec.height * spec.width * spec.channels : spec.inputs;
}
