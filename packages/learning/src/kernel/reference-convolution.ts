import type { KernelOperations } from './kernel.ts';
import type { ReferenceMemory } from './reference-memory.ts';

/** Windows of images and pooling. */
export function createConvolutionOperations(
  memory: ReferenceMemory,
): Pick<KernelOperations, 'im2col' | 'col2im' | 'maxPool' | 'maxPoolBackward'> {
  /** Calls `visit` for each pixel of each window in order; `pixel` is -1 beyond the border. */
  const eachWindowPixel = (
    [height, width, window]: readonly [number, number, number],
    visit: (pixel: number) => void,
  ): void => {
    const reach = (window - 1) / 2;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let i = y - reach; i <= y + reach; i++) {
          for (let j = x - reach; j <= x + reach; j++) {
            const isInside = i >= 0 && i < height && j >= 0 && j < width;
            visit(isInside ? i * width + j : -1);
          }
        }
      }
    }
  };
  return {
    im2col: (height, width, channels, window, image, columns) => {
      const { elements: e } = memory;
      let to = columns;
      eachWindowPixel([height, width, window], (pixel) => {
        const from = image + pixel * channels;
        if (pixel < 0) e.fill(0, to, to + channels);
        else e.copyWithin(to, from, from + channels);
        to += channels;
      });
    },
    col2im: (height, width, channels, window, columns, image) => {
      const { elements: e } = memory;
      e.fill(0, image, image + height * width * channels);
      let from = columns;
      eachWindowPixel([height, width, window], (pixel) => {
        const to = image + pixel * channels;
        if (pixel >= 0) {
          for (let i = 0; i < channels; i++)
            e[to + i] = (e[to + i] as number) + (e[from + i] as number);
        }
        from += channels;
      });
    },
    maxPool: (height, width, channels, size, x, y) => {
      const { elements: e } = memory;
      let to = y;
      for (let row = 0; row + size <= height; row += size) {
        for (let column = 0; column + size <= width; column += size) {
          for (let channel = 0; channel < channels; channel++) {
            const first = x + (row * width + column) * channels + channel;
            let highest = e[first] as number;
            for (let i = 0; i < size * size; i++) {
              const offset = Math.floor(i / size) * width + (i % size);
              const value = e[first + offset * channels] as number;
              if (value > highest) highest = value;
            }
            e[to++] = highest;
          }
        }
      }
    },
    maxPoolBackward: (height, width, channels, size, x, y, dy, dx) => {
      const { elements: e } = memory;
      e.fill(0, dx, dx + height * width * channels);
      let pooled = 0;
      for (let row = 0; row + size <= height; row += size) {
        for (let column = 0; column + size <= width; column += size) {
          for (let channel = 0; channel < channels; channel++, pooled++) {
            const first = (row * width + column) * channels + channel;
            for (let i = 0; i < size * size; i++) {
              const at = first + (Math.floor(i / size) * width + (i % size)) * channels;
              if (e[x + at] !== e[y + pooled]) continue;
              e[dx + at] = e[dy + pooled] as number;
              break;
            }
          }
        }
      }
    },
  };
}
