import type { KernelOperations } from './kernel.ts';
import type { ReferenceMemory } from './reference-memory.ts';

/** Layer normalisation: Ba, Kiros and Hinton 2016, equation 3. */
export function createLayerNormOperations(
  memory: ReferenceMemory,
): Pick<KernelOperations, 'layerNorm' | 'layerNormBackward'> {
  const moments = (width: number, epsilon: number, x: number): readonly [number, number] => {
    const { elements: e } = memory;
    let sum = 0;
    for (let i = 0; i < width; i++) sum += e[x + i] as number;
    const mean = sum / width;
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const offset = (e[x + i] as number) - mean;
      squares += offset * offset;
    }
    return [mean, Math.sqrt(squares / width + epsilon)];
  };
  return {
    layerNorm: (rows, width, epsilon, x, scale, shift, y) => {
      const { elements: e } = memory;
      for (let row = 0; row < rows; row++) {
        const from = x + row * width;
        const [mean, spread] = moments(width, epsilon, from);
        for (let i = 0; i < width; i++) {
          const normal = ((e[from + i] as number) - mean) / spread;
          e[y + row * width + i] = normal * (e[scale + i] as number) + (e[shift + i] as number);
        }
      }
    },
    layerNormBackward: (rows, width, epsilon, x, scale, dy, dscale, dshift, dx) => {
      const { elements: e } = memory;
      e.fill(0, dscale, dscale + width);
      e.fill(0, dshift, dshift + width);
      for (let row = 0; row < rows; row++) {
        const from = x + row * width;
        const errors = dy + row * width;
        const [mean, spread] = moments(width, epsilon, from);
        let sum = 0;
        let products = 0;
        for (let i = 0; i < width; i++) {
          const error = e[errors + i] as number;
          const normal = ((e[from + i] as number) - mean) / spread;
          const scaled = error * (e[scale + i] as number);
          sum += scaled;
          products += scaled * normal;
          e[dscale + i] = (e[dscale + i] as number) + error * normal;
          e[dshift + i] = (e[dshift + i] as number) + error;
        }
        for (let i = 0; i < width; i++) {
          const normal = ((e[from + i] as number) - mean) / spread;
          const scaled = (e[errors + i] as number) * (e[scale + i] as number);
          e[dx + row * width + i] = (scaled - (sum + normal * products) / width) / spread;
        }
      }
    },
  };
}
