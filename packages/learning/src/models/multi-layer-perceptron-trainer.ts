import type { DenseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createActivationLayer } from '../network/activation-layer.ts';
import { createDenseInput } from '../network/dense-input.ts';
import { createDenseLayer } from '../network/dense-layer.ts';
import { glorotLimit, heLimit, type Layer } from '../network/layer.ts';
import { createNetworkTrainer } from '../network/network-trainer.ts';
import { createBatchNormLayer, createLayerNormLayer } from '../network/normalisation-layers.ts';
import type { Trainer } from '../training/trainer.ts';
import type { MultiLayerPerceptronSpec } from './model-spec.ts';

/** Hidden layers of a product, a normalisation if there is one, and an activation; then scores. */
export function createMultiLayerPerceptronTrainer(
  spec: MultiLayerPerceptronSpec,
  kernel: Kernel,
): Trainer<DenseExamples> {
  const layers: Layer[] = [];
  let inputs = spec.inputs;
  for (const [i, outputs] of spec.hidden.entries()) {
    const name = `hidden${i + 1}`;
    const initialLimit =
      spec.activation === 'relu' ? heLimit(inputs) : glorotLimit(inputs, outputs);
    layers.push(createDenseLayer({ name, inputs, outputs, initialLimit }));
    if (spec.normalisation === 'batch') layers.push(createBatchNormLayer(`norm${i + 1}`, outputs));
    if (spec.normalisation === 'layer') layers.push(createLayerNormLayer(`norm${i + 1}`, outputs));
    layers.push(createActivationLayer(spec.activation, outputs));
    inputs = outputs;
  }
  const { outputs, loss } = spec;
  const initialLimit = glorotLimit(inputs, outputs);
  layers.push(createDenseLayer({ name: 'output', inputs, outputs, initialLimit }));
  return createNetworkTrainer({ input: createDenseInput(spec.inputs), layers, loss }, kernel);
}
