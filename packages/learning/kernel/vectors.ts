// Elementwise operations, four at a time with a scalar tail. Lanes never meet, so the result is that
// of a plain loop.

/** y += factor x */
export function addScaled(count: i32, factor: f32, x: i32, y: i32): void {
  addScaledBytes((<usize>count) << 2, factor, (<usize>x) << 2, (<usize>y) << 2);
}

/** The same with byte addresses and a length in bytes. */
export function addScaledBytes(length: usize, factor: f32, from: usize, to: usize): void {
  const four = f32x4.splat(factor);
  const end = to + length;
  for (; to + 16 <= end; to += 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(four, v128.load(from))));
    from += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(to) + factor * load<f32>(from));
    from += 4;
  }
}

/** y += factor (x − origin) */
export function addScaledDifference(count: i32, factor: f32, x: i32, origin: i32, y: i32): void {
  let from = (<usize>x) << 2;
  let base = (<usize>origin) << 2;
  let to = (<usize>y) << 2;
  const four = f32x4.splat(factor);
  const end = to + ((<usize>count) << 2);
  for (; to + 16 <= end; to += 16) {
    const moved = f32x4.sub(v128.load(from), v128.load(base));
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(four, moved)));
    from += 16;
    base += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(to) + factor * (load<f32>(from) - load<f32>(base)));
    from += 4;
    base += 4;
  }
}

/** Adds `vector` to each row. A product with 1 is exact. */
export function addToRows(rows: i32, columns: i32, values: i32, vector: i32): void {
  for (let row = 0; row < rows; row++) addScaled(columns, 1, vector, values + row * columns);
}

/** Column by column from the first row to the last. */
export function sumRows(rows: i32, columns: i32, values: i32, vector: i32): void {
  memory.fill((<usize>vector) << 2, 0, (<usize>columns) << 2);
  for (let row = 0; row < rows; row++) addScaled(columns, 1, values + row * columns, vector);
}
