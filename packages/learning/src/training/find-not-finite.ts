/** The index of the first NaN or infinite number, or −1. One pass without a branch on good data. */
export function findNotFinite(values: Float32Array): number {
  // x · 0 is 0 for every finite x, and NaN for all others.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * 0;
  return sum === 0 ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
