/** The last `size` values, with their quantiles in order. */
export interface RollingQuantiles {
  readonly count: number;
  add(value: number): void;
  /** The value with this share of the others below it; 0 when empty. */
  quantile(share: number): number;
  /** The values in order of arrival, to save and restore. */
  values(): number[];
}

/** Keeps a ring beside a sorted array: an insertion moves memory, which is fast at these sizes. */
export function createRollingQuantiles(
  size: number,
  initial: readonly number[] = [],
): RollingQuantiles {
  const ring = new Float64Array(size);
  const sorted = new Float64Array(size);
  let count = 0;
  let next = 0;
  const firstAtLeast = (value: number): number => {
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as number) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const rolling: RollingQuantiles = {
    get count() {
      return count;
    },
    add(value) {
      if (count === size) {
        const gone = firstAtLeast(ring[next] as number);
        sorted.copyWithin(gone, gone + 1, count);
        count--;
      }
      const place = firstAtLeast(value);
      sorted.copyWithin(place + 1, place, count);
      sorted[place] = value;
      ring[next] = value;
      next = (next + 1) % size;
      count++;
    },
    quantile: (share) => sorted[Math.min(count - 1, Math.floor(share * count))] ?? 0,
    values() {
      const first = count === size ? next : 0;
      return Array.from({ length: count }, (_, i) => ring[(first + i) % size] as number);
    },
  };
  for (const value of initial) rolling.add(value);
  return rolling;
}
