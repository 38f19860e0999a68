import { createSeededRandom } from '@ddai/core';
import type { Network } from './build-network.ts';

/** Each tensor's first numbers; a tensor's stream depends on the seed and its name alone. */
export function buildInitialWeights(
  { layout, parameters, initial }: Network,
  seed: string,
): Float32Array {
  const weights = new Float32Array(parameters);
  layout.forEach(({ name, offset, length }, i) => {
    const start = initial[i] ?? 0;
    if (typeof start === 'number') {
      weights.fill(start, offset, offset + length);
      return;
    }
    const random = createSeededRandom(`${seed}/${name}`);
    for (let at = offset; at < offset + length; at++) {
      weights[at] = (2 * random.next() - 1) * start.bound;
    }
  });
  return weights;
}
