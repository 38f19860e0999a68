import type { DenseExamples } from '../examples/examples.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { createActivationLayer } from '../network/activation-layer.ts';
import { createConvolutionLayer } from '../network/convolution-layer.ts';
import { createDenseInput } from '../network/dense-input.ts';
import { createDenseLayer } from '../network/dense-layer.ts';
import { glorotLimit, heLimit, type Layer } from '../network/layer.ts';
import { createMaxPoolLayer } from '../network/max-pool-layer.ts';
import { createNetworkTrainer } from '../network/network-trainer.ts';
import type { Trainer } from '../training/trainer.ts';
import type { ConvolutionalSpec } from './model-spec.ts';

/**
 * Convolution, pooling, relu for each entry, then fully connected relu layers and scores. The relu
 * follows the pooling: both orders give the same numbers, since relu is monotone, and this one has
 * fewer to look at.
 */
export function createConvolutionalTrainer(
  spec: ConvolutionalSpec,
  kernel: Kernel,
): Trainer<DenseExamples> {
  const layers: Layer[] = [];
  let image = { height: spec.height, width: spec.width, channels: spec.channels };
  for (const [i, { filters, window, pool }] of spec.convolutions.entries()) {
    const initialLimit = heLimit(window * window * image.channels);
    const name = `convolution${i + 1}`;
    layers.push(createConvolutionLayer({ name, image, window, filters, initialLimit }));
    image = { ...image, channels: filters };
    if (pool > 1) layers.push(createMaxPoolLayer(image, pool));
    const [height, width] = [Math.floor(image.height / pool), Math.floor(image.width / pool)];
    image = { height, width, channels: filters };
    layers.push(createActivationLayer('relu', height * width * filters));
  }
  let inputs = image.height * image.width * image.channels;
  for (const [i, outputs] of spec.hidden.entries()) {
    const initialLimit = heLimit(inputs);
    layers.push(createDenseLayer({ name: `hidden${i + 1}`, inputs, outputs, initialLimit }));
    layers.push(createActivationLayer('relu', outputs));
    inputs = outputs;
  }
  const { outputs, loss } = spec;
  const initialLimit = glorotLimit(inputs, outputs);
  layers.push(createDenseLayer({ name: 'output', inputs, outputs, initialLimit }));
  const input = createDenseInput(spec.height * spec.width * spec.channels);
  return createNetworkTrainer({ input, layers, loss }, kernel);
}
