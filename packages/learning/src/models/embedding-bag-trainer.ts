import type { SparseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createDenseLayer } from '../network/dense-layer.ts';
import { createEmbeddingBagInput } from '../network/embedding-bag-input.ts';
import { glorotLimit } from '../network/layer.ts';
import { createNetworkTrainer } from '../network/network-trainer.ts';
import type { Trainer } from '../training/trainer.ts';
import type { EmbeddingBagSpec } from './model-spec.ts';

/**
 * fastText's classifier (Joulin et al. 2017): embeddings begin uniform within ±1/width, scores at
 * zero weights of Glorot's range.
 */
export function createEmbeddingBagTrainer(
  spec: EmbeddingBagSpec,
  kernel: Kernel,
): Trainer<SparseExamples> {
  const { dimension, embedding: width, outputs, loss } = spec;
  const input = createEmbeddingBagInput({
    dimension,
    width,
    isMean: true,
    initialLimit: 1 / width,
  });
  const layer = createDenseLayer({
    name: 'output',
    inputs: width,
    outputs,
    initialLimit: glorotLimit(width, outputs),
  });
  return createNetworkTrainer({ input, layers: [layer], loss }, kernel);
}
