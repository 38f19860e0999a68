/** The index of the first NaN or infinite number, or −1. */
export function findNotFinite(values: Float32Array): number {
  // A loop, since calling a function for each number takes a tenth of a short training.
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
