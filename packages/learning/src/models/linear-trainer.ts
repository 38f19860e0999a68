import type { DenseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createDenseInput } from '../network/dense-input.ts';
import { createDenseLayer } from '../network/dense-layer.ts';
import { createNetworkTrainer } from '../network/network-trainer.ts';
import type { Trainer } from '../training/trainer.ts';
import type { LinearSpec } from './model-spec.ts';

/** One product; all weights begin at zero, since the loss has a single valley. */
export function createLinearTrainer(spec: LinearSpec, kernel: Kernel): Trainer<DenseExamples> {
  const { inputs, outputs, loss } = spec;
  const layer = createDenseLayer({ name: 'output', inputs, outputs, initialLimit: 0 });
  return createNetworkTrainer({ input: createDenseInput(inputs), layers: [layer], loss }, kernel);
}
