import type { ModelSpec } from '../model-spec.ts';
import { cnnLayers } from '../models/cnn.ts';
import { embeddingBagLayers } from '../models/embedding-bag.ts';
import { linearLayers } from '../models/linear.ts';
import { mlpLayers } from '../models/mlp.ts';
import type { ParameterLayout, ParameterTensor } from '../trainer.ts';
import { createBagLayer } from './bag-layer.ts';
import type { Layer, LayerTensor } from './layer.ts';

/** Layers and where their tensors lie in the flat vector. */
export interface Network {
  readonly layers: readonly Layer[];
  readonly layout: ParameterLayout;
  readonly parameters: number;
  /** Parameters learned by gradient; the statistics of batch normalisation follow them. */
  readonly trainable: number;
  /** For each layer the offsets of its tensors. */
  readonly offsets: readonly (readonly number[])[];
  /** How each tensor of `layout` begins. */
  readonly initial: readonly LayerTensor['initial'][];
}

/** The network of a model. It holds shapes only, so that it costs nothing to count a spec. */
export function buildNetwork(spec: ModelSpec): Network {
  const layers = layersOf(spec);
  const owned = layers.flatMap(({ tensors }, layer) =>
    tensors.map((tensor) => ({ tensor, layer })),
  );
  const ordered = [
    ...owned.filter(({ tensor }) => tensor.role !== 'statistic'),
    ...owned.filter(({ tensor }) => tensor.role === 'statistic'),
  ];
  const offsets: number[][] = layers.map(() => []);
  const layout: ParameterTensor[] = [];
  let parameters = 0;
  let trainable = 0;
  for (const { tensor, layer } of ordered) {
    const { name, shape, role } = tensor;
    const length = shape.reduce((product, size) => product * size, 1);
    layout.push({ name, shape, offset: parameters, length, isNormalisation: role !== 'weight' });
    offsets[layer]?.push(parameters);
    parameters += length;
    if (role !== 'statistic') trainable = parameters;
  }
  const initial = ordered.map(({ tensor }) => tensor.initial);
  return { layers, layout, parameters, trainable, offsets, initial };
}

function layersOf(spec: ModelSpec): Layer[] {
  switch (spec.kind) {
    case 'linear':
      return linearLayers(spec);
    case 'sparse-softmax': {
      const { dimension, outputs: width } = spec;
      return [createBagLayer({ name: 'output', dimension, width, bound: 0, bias: true })];
    }
    case 'mlp':
      return mlpLayers(spec);
    case 'cnn':
      return cnnLayers(spec);
    case 'embedding-bag':
      return embeddingBagLayers(spec);
    default:
      return spec satisfies never;
  }
}
