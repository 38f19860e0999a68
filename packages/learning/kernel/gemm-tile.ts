/**
 * Two rows by sixteen columns of C, in eight registers. `a` holds two, `b` sixteen elements for each
 * step; with `keep` the sums go on from what C holds.
 */
export function multiplyTile(
  steps: i32,
  a: usize,
  b: usize,
  c: usize,
  stride: usize,
  keep: bool,
): void {
  const d = c + stride;
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let d3 = c0;
  if (keep) {
    c0 = v128.load(c);
    c1 = v128.load(c, 16);
    c2 = v128.load(c, 32);
    c3 = v128.load(c, 48);
    d0 = v128.load(d);
    d1 = v128.load(d, 16);
    d2 = v128.load(d, 32);
    d3 = v128.load(d, 48);
  }
  for (const end = a + ((<usize>steps) << 3); a < end; a += 8) {
    const first = v128.load_splat<f32>(a);
    const second = v128.load_splat<f32>(a, 4);
    const b0 = v128.load(b);
    c0 = f32x4.add(c0, f32x4.mul(first, b0));
    d0 = f32x4.add(d0, f32x4.mul(second, b0));
    const b1 = v128.load(b, 16);
    c1 = f32x4.add(c1, f32x4.mul(first, b1));
    d1 = f32x4.add(d1, f32x4.mul(second, b1));
    const b2 = v128.load(b, 32);
    c2 = f32x4.add(c2, f32x4.mul(first, b2));
    d2 = f32x4.add(d2, f32x4.mul(second, b2));
    const b3 = v128.load(b, 48);
    c3 = f32x4.add(c3, f32x4.mul(first, b3));
    d3 = f32x4.add(d3, f32x4.mul(second, b3));
    b += 64;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(d, d0);
  v128.store(d, d1, 16);
  v128.store(d, d2, 32);
  v128.store(d, d3, 48);
}

/** The same over steps that lie `places` bytes into `b`, as `dropZeroSteps` writes them down. */
export function multiplySparseTile(
  steps: i32,
  a: usize,
  places: usize,
  b: usize,
  c: usize,
  stride: usize,
  keep: bool,
): void {
  const d = c + stride;
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let d3 = c0;
  if (keep) {
    c0 = v128.load(c);
    c1 = v128.load(c, 16);
    c2 = v128.load(c, 32);
    c3 = v128.load(c, 48);
    d0 = v128.load(d);
    d1 = v128.load(d, 16);
    d2 = v128.load(d, 32);
    d3 = v128.load(d, 48);
  }
  for (const end = a + ((<usize>steps) << 3); a < end; a += 8) {
    const at = b + <usize>load<i32>(places);
    const first = v128.load_splat<f32>(a);
    const second = v128.load_splat<f32>(a, 4);
    const b0 = v128.load(at);
    c0 = f32x4.add(c0, f32x4.mul(first, b0));
    d0 = f32x4.add(d0, f32x4.mul(second, b0));
    const b1 = v128.load(at, 16);
    c1 = f32x4.add(c1, f32x4.mul(first, b1));
    d1 = f32x4.add(d1, f32x4.mul(second, b1));
    const b2 = v128.load(at, 32);
    c2 = f32x4.add(c2, f32x4.mul(first, b2));
    d2 = f32x4.add(d2, f32x4.mul(second, b2));
    const b3 = v128.load(at, 48);
    c3 = f32x4.add(c3, f32x4.mul(first, b3));
    d3 = f32x4.add(d3, f32x4.mul(second, b3));
    places += 4;
  }
  v128.store(c, c0);
  v128.store(c, c1, 16);
  v128.store(c, c2, 32);
  v128.store(c, c3, 48);
  v128.store(d, d0);
  v128.store(d, d1, 16);
  v128.store(d, d2, 32);
  v128.store(d, d3, 48);
}
