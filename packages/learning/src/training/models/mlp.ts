import type { MlpSpec } from '../model-spec.ts';
import { createActivationLayer } from '../network/activation-layer.ts';
import { createBatchNormLayer } from '../network/batch-norm-layer.ts';
import { createDenseLayer } from '../network/dense-layer.ts';
import type { Layer } from '../network/layer.ts';
import { createLayerNormLayer } from '../network/layer-norm-layer.ts';
import { hiddenBound, outputBound } from './initial-bounds.ts';

type HiddenSpec = Pick<MlpSpec, 'inputs' | 'hidden' | 'activation' | 'normalisation' | 'outputs'>;

/** A multi-layer perceptron: dense, normalisation, activation for each width, then the scores. */
export function mlpLayers(spec: HiddenSpec): Layer[] {
  const { activation, normalisation, hidden, outputs } = spec;
  const layers: Layer[] = [];
  let inputs = spec.inputs;
  hidden.forEach((width, i) => {
    const bound = hiddenBound(activation, inputs, width);
    layers.push(createDenseLayer({ name: `hidden-${i + 1}`, inputs, outputs: width, bound }));
    const name = `normalisation-${i + 1}`;
    if (normalisation === 'batch') layers.push(createBatchNormLayer(name, width));
    if (normalisation === 'layer') layers.push(createLayerNormLayer(name, width));
    layers.push(createActivationLayer(activation, width));
    inputs = width;
  });
  const bound = outputBound(inputs, outputs);
  return [...layers, createDenseLayer({ name: 'output', inputs, outputs, bound })];
}
