import type { Address, BagRows, Kernel } from '../kernel.ts';

const { fround } = Math;

/** Sums over sparse rows and their gradients in plain TypeScript. */
export function createBags(
  memory: Pick<Kernel, 'floats' | 'words'>,
): Pick<Kernel, 'sumBags' | 'spreadBags'> {
  return {
    sumBags: (bags) => {
      const { floats } = memory;
      floats.fill(0, bags.out, bags.out + bags.rows * bags.width);
      eachEntry(memory, bags, (value, entry, out) => {
        for (let i = 0; i < bags.width; i++) {
          floats[out + i] = fround(
            (floats[out + i] as number) + fround(value * (floats[entry + i] as number)),
          );
        }
      });
    },
    spreadBags: (bags) => {
      const { floats } = memory;
      eachEntry(memory, bags, (value, entry, out) => {
        for (let i = 0; i < bags.width; i++) {
          floats[entry + i] = fround(
            (floats[entry + i] as number) + fround(value * (floats[out + i] as number)),
          );
        }
      });
    },
  };
}

function eachEntry(
  { floats, words }: Pick<Kernel, 'floats' | 'words'>,
  { rows, width, table, offsets, indices, values, out }: BagRows,
  visit: (value: number, entry: Address, out: Address) => void,
): void {
  for (let row = 0; row < rows; row++) {
    const end = words[offsets + row + 1] as number;
    for (let i = words[offsets + row] as number; i < end; i++) {
      const entry = table + (words[indices + i] as number) * width;
      visit(floats[values + i] as number, entry, out + row * width);
    }
  }
}
