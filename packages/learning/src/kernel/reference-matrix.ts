import type { KernelOperations } from './kernel.ts';
import type { ReferenceMemory } from './reference-memory.ts';

/** The three products as plain triple loops, the innermost along the rows of C. */
export function createMatrixOperations(
  memory: ReferenceMemory,
): Pick<KernelOperations, 'gemmNN' | 'gemmTN' | 'gemmNT'> {
  const { round } = memory;

  /** C += column of A at `a`, `aStep` apart, times row of B at `b`, one k at a time. */
  const accumulate = (
    m: number,
    n: number,
    k: number,
    [a, aRow, aInner]: readonly [number, number, number],
    b: number,
    c: number,
    add: 0 | 1,
  ): void => {
    const { elements: e } = memory;
    if (add === 0) e.fill(0, c, c + m * n);
    for (let i = 0; i < m; i++) {
      const row = c + i * n;
      for (let l = 0; l < k; l++) {
        const factor = e[a + i * aRow + l * aInner] as number;
        const from = b + l * n;
        for (let j = 0; j < n; j++) {
          e[row + j] = (e[row + j] as number) + round(factor * (e[from + j] as number));
        }
      }
    }
  };

  return {
    gemmNN: (m, n, k, a, b, c, add) => accumulate(m, n, k, [a, k, 1], b, c, add),
    gemmTN: (m, n, k, a, b, c, add) => accumulate(m, n, k, [a, 1, m], b, c, add),
    gemmNT: (m, n, k, a, b, c, add) => {
      const { elements: e } = memory;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = add === 0 ? 0 : (e[c + i * n + j] as number);
          for (let l = 0; l < k; l++) {
            const product = (e[a + i * k + l] as number) * (e[b + j * k + l] as number);
            sum = round(sum + round(product));
          }
          e[c + i * n + j] = sum;
        }
      }
    },
  };
}
