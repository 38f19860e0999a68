import { createSeededRandom } from '@ddai/core';
import type { ParameterLayout } from '../training/trainer.ts';
import type { LayerTensor } from './layer.ts';

/** Places tensors one behind the other. */
export function layOut(tensors: readonly LayerTensor[]): ParameterLayout {
  let offset = 0;
  return tensors.map(({ name, shape, isNormalisation }) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const tensor = { name, shape, offset, length, isNormalisation };
    offset += length;
    return tensor;
  });
}

/** First values of all tensors, drawn in order from one stream. */
export function initialiseTensors(tensors: readonly LayerTensor[], seed: string): Float32Array {
  const random = createSeededRandom(seed);
  const layout = layOut(tensors);
  const weights = new Float32Array(layout.reduce((sum, { length }) => sum + length, 0));
  for (const [i, { offset, length }] of layout.entries()) {
    const tensor = tensors[i] as LayerTensor;
    for (let j = 0; j < length; j++) weights[offset + j] = tensor.initial(random);
  }
  return weights;
}

/** Runs of parameters that training moves, neighbours merged: offset and length of each. */
export function trainedRuns(tensors: readonly LayerTensor[]): (readonly [number, number])[] {
  const runs: (readonly [number, number])[] = [];
  for (const [i, { offset, length }] of layOut(tensors).entries()) {
    if (tensors[i]?.isTrained !== true) continue;
    const last = runs.at(-1);
    if (last !== undefined && last[0] + last[1] === offset)
      runs[runs.length - 1] = [last[0], last[1] + length];
    else runs.push([offset, length]);
  }
  return runs;
}
