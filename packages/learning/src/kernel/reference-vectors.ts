import { tanh } from '../training/elementary.ts';
import type { KernelOperations } from './kernel.ts';
import type { ReferenceMemory } from './reference-memory.ts';

/** Elementwise operations and sums over rows. */
export function createVectorOperations(
  memory: ReferenceMemory,
): Pick<
  KernelOperations,
  'fill' | 'axpy' | 'addRow' | 'sumRows' | 'relu' | 'reluBackward' | 'tanh' | 'tanhBackward'
> {
  const { round } = memory;
  const axpy: KernelOperations['axpy'] = (n, alpha, x, y) => {
    const { elements: e } = memory;
    const factor = round(alpha);
    for (let i = 0; i < n; i++)
      e[y + i] = (e[y + i] as number) + round(factor * (e[x + i] as number));
  };
  return {
    fill: (n, value, y) => {
      memory.elements.fill(value, y, y + n);
    },
    axpy,
    addRow: (rows, width, x, y) => {
      for (let row = 0; row < rows; row++) axpy(width, 1, x, y + row * width);
    },
    sumRows: (rows, width, x, y) => {
      memory.elements.fill(0, y, y + width);
      for (let row = 0; row < rows; row++) axpy(width, 1, x + row * width, y);
    },
    relu: (n, x, y) => {
      const { elements: e } = memory;
      for (let i = 0; i < n; i++) e[y + i] = (e[x + i] as number) > 0 ? (e[x + i] as number) : 0;
    },
    reluBackward: (n, y, dy, dx) => {
      const { elements: e } = memory;
      for (let i = 0; i < n; i++) e[dx + i] = (e[y + i] as number) > 0 ? (e[dy + i] as number) : 0;
    },
    tanh: (n, x, y) => {
      const { elements: e } = memory;
      for (let i = 0; i < n; i++) e[y + i] = tanh(e[x + i] as number);
    },
    tanhBackward: (n, y, dy, dx) => {
      const { elements: e } = memory;
      for (let i = 0; i < n; i++) {
        const t = e[y + i] as number;
        e[dx + i] = (e[dy + i] as number) * (1 - t * t);
      }
    },
  };
}
