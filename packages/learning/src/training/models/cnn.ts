import type { CnnSpec } from '../model-spec.ts';
import { createActivationLayer } from '../network/activation-layer.ts';
import { createConvolutionLayer } from '../network/convolution-layer.ts';
import type { Layer } from '../network/layer.ts';
import { createMaxPoolLayer } from '../network/max-pool-layer.ts';
import { hiddenBound } from './initial-bounds.ts';
import { mlpLayers } from './mlp.ts';

/**
 * Convolution, pool, activation for each entry, then hidden layers and scores. The activation
 * follows the pool: both activations never fall, so max and activation can change places, and over
 * the smaller image it costs less.
 */
export function cnnLayers(spec: CnnSpec): Layer[] {
  const { activation, convolutions, hidden, outputs } = spec;
  const layers: Layer[] = [];
  let { height, width, channels } = spec;
  convolutions.forEach(({ channels: filters, size, pool }, i) => {
    const window = size * size;
    const bound = hiddenBound(activation, window * channels, window * filters);
    const name = `convolution-${i + 1}`;
    layers.push(createConvolutionLayer({ name, height, width, channels, filters, size, bound }));
    channels = filters;
    if (pool > 1) layers.push(createMaxPoolLayer({ height, width, channels, size: pool }));
    height = Math.floor(height / pool);
    width = Math.floor(width / pool);
    layers.push(createActivationLayer(activation, height * width * channels));
  });
  const inputs = height * width * channels;
  return [...layers, ...mlpLayers({ inputs, hidden, activation, normalisation: 'none', outputs })];
}
