import type { EmbeddingBagSpec } from '../model-spec.ts';
import { createBagLayer } from '../network/bag-layer.ts';
import type { Layer } from '../network/layer.ts';
import { mlpLayers } from './mlp.ts';

/** A table of learned vectors, their sum, then hidden layers and scores. */
export function embeddingBagLayers(spec: EmbeddingBagSpec): Layer[] {
  const { dimension, width, hidden, activation, outputs } = spec;
  // fastText's bound, so that a sum of unit weights begins small.
  const bag = createBagLayer({
    name: 'embedding',
    dimension,
    width,
    bound: 1 / width,
    bias: false,
  });
  return [bag, ...mlpLayers({ inputs: width, hidden, activation, normalisation: 'none', outputs })];
}
