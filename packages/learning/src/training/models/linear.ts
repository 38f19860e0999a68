import type { LinearSpec } from '../model-spec.ts';
import { createDenseLayer } from '../network/dense-layer.ts';
import type { Layer } from '../network/layer.ts';

/** One dense layer that begins at zero, since its loss is convex. */
export function linearLayers({ inputs, outputs }: LinearSpec): Layer[] {
  return [createDenseLayer({ name: 'output', inputs, outputs, bound: 0 })];
}
