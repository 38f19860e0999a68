import type { Kernel } from '../../kernel/kernel.ts';
import type { SparseSoftmaxSpec } from '../model-spec.ts';
import { buildNetwork } from '../network/build-network.ts';
import { createNetworkTrainer } from '../network/network-trainer.ts';
import { createSparseReader } from '../network/sparse-batches.ts';
import type { SparseExamples } from '../sparse-examples.ts';
import type { Trainer } from '../trainer.ts';

/** Softmax regression over sparse rows. */
export function createSparseSoftmaxTrainer(
  spec: SparseSoftmaxSpec,
  kernel: Kernel,
): Trainer<SparseExamples> {
  const loss = 'softmax-cross-entropy';
  const { dimension, outputs } = spec;
  return createNetworkTrainer({
    network: buildNetwork(spec),
    loss,
    reader: createSparseReader({ dimension, outputs, loss, pooling: 'sum' }),
    kernel,
  });
}
