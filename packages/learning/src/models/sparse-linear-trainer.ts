import type { SparseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createBiasLayer } from '../network/bias-layer.ts';
import { createEmbeddingBagInput } from '../network/embedding-bag-input.ts';
import { createNetworkTrainer } from '../network/network-trainer.ts';
import type { Trainer } from '../training/trainer.ts';
import type { SparseLinearSpec } from './model-spec.ts';

/**
 * A sum of table rows as wide as the scores is the product of a sparse row with a weight matrix:
 * weights[dimension×outputs], then the biases, as in the intent model.
 */
export function createSparseLinearTrainer(
  spec: SparseLinearSpec,
  kernel: Kernel,
): Trainer<SparseExamples> {
  const { dimension, outputs: width, loss } = spec;
  const input = createEmbeddingBagInput({ dimension, width, isMean: false, initialLimit: 0 });
  return createNetworkTrainer({ input, layers: [createBiasLayer(width)], loss }, kernel);
}
