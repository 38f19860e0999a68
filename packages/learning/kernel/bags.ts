import { addScaledBytes } from './vectors';

/** out = Σ value · table[index], entry by entry in each row. */
export function sumBags(
  rows: i32,
  width: i32,
  table: i32,
  offsets: i32,
  indices: i32,
  values: i32,
  out: i32,
): void {
  const length = (<usize>width) << 2;
  const tableStart = (<usize>table) << 2;
  let to = (<usize>out) << 2;
  memory.fill(to, 0, <usize>rows * length);
  for (let row = 0; row < rows; row++) {
    const end = load<i32>((<usize>(offsets + row + 1)) << 2);
    for (let entry = load<i32>((<usize>(offsets + row)) << 2); entry < end; entry++) {
      const index = load<u32>((<usize>(indices + entry)) << 2);
      const value = load<f32>((<usize>(values + entry)) << 2);
      addScaledBytes(length, value, tableStart + <usize>index * length, to);
    }
    to += length;
  }
}

/** table[index] += value · out, in the same order. */
export function spreadBags(
  rows: i32,
  width: i32,
  table: i32,
  offsets: i32,
  indices: i32,
  values: i32,
  out: i32,
): void {
  const length = (<usize>width) << 2;
  const tableStart = (<usize>table) << 2;
  let from = (<usize>out) << 2;
  for (let row = 0; row < rows; row++) {
    const end = load<i32>((<usize>(offsets + row + 1)) << 2);
    for (let entry = load<i32>((<usize>(offsets + row)) << 2); entry < end; entry++) {
      const index = load<u32>((<usize>(indices + entry)) << 2);
      const value = load<f32>((<usize>(values + entry)) << 2);
      addScaledBytes(length, value, from, tableStart + <usize>index * length);
    }
    from += length;
  }
}
