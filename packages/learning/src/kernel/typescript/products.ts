import type { Kernel, MatrixProduct, RowsAndVector } from '../kernel.ts';

const { fround } = Math;

/** Matrix products and sums over rows in plain TypeScript, the reference of every other kernel. */
export function createProducts(
  memory: Pick<Kernel, 'floats'>,
): Pick<Kernel, 'multiply' | 'addToRows' | 'sumRows' | 'addScaled' | 'addScaledDifference'> {
  return {
    multiply: (product) => multiply(memory.floats, product),
    addToRows: (options) => addToRows(memory.floats, options),
    sumRows: (options) => sumRows(memory.floats, options),
    addScaled: ({ count, factor, from, to }) => {
      const { floats } = memory;
      const scale = fround(factor);
      for (let i = 0; i < count; i++) {
        floats[to + i] = fround(
          (floats[to + i] as number) + fround(scale * (floats[from + i] as number)),
        );
      }
    },
    addScaledDifference: ({ count, factor, from, origin, to }) => {
      const { floats } = memory;
      const scale = fround(factor);
      for (let i = 0; i < count; i++) {
        const moved = fround((floats[from + i] as number) - (floats[origin + i] as number));
        floats[to + i] = fround((floats[to + i] as number) + fround(scale * moved));
      }
    },
  };
}

/** Depth in the middle loop: it reads the right factor row by row and keeps the order of the sum. */
function multiply(floats: Float32Array, product: MatrixProduct): void {
  const { rows, columns, depth, left, right, out } = product;
  const { transposeLeft = false, transposeRight = false, accumulate = false } = product;
  const [leftRow, leftStep] = transposeLeft ? [1, rows] : [depth, 1];
  if (!accumulate) floats.fill(0, out, out + rows * columns);
  for (let row = 0; row < rows; row++) {
    const outRow = out + row * columns;
    if (transposeRight) {
      for (let column = 0; column < columns; column++) {
        const rightRow = right + column * depth;
        let sum = floats[outRow + column] as number;
        for (let k = 0; k < depth; k++) {
          const a = floats[left + row * leftRow + k * leftStep] as number;
          sum = fround(sum + fround(a * (floats[rightRow + k] as number)));
        }
        floats[outRow + column] = sum;
      }
      continue;
    }
    for (let k = 0; k < depth; k++) {
      const a = floats[left + row * leftRow + k * leftStep] as number;
      const rightRow = right + k * columns;
      for (let column = 0; column < columns; column++) {
        floats[outRow + column] = fround(
          (floats[outRow + column] as number) + fround(a * (floats[rightRow + column] as number)),
        );
      }
    }
  }
}

function addToRows(floats: Float32Array, { rows, columns, values, vector }: RowsAndVector): void {
  for (let row = 0; row < rows; row++) {
    const start = values + row * columns;
    for (let column = 0; column < columns; column++) {
      floats[start + column] = fround(
        (floats[start + column] as number) + (floats[vector + column] as number),
      );
    }
  }
}

function sumRows(floats: Float32Array, { rows, columns, values, vector }: RowsAndVector): void {
  floats.fill(0, vector, vector + columns);
  for (let row = 0; row < rows; row++) {
    const start = values + row * columns;
    for (let column = 0; column < columns; column++) {
      floats[vector + column] = fround(
        (floats[vector + column] as number) + (floats[start + column] as number),
      );
    }
  }
}
