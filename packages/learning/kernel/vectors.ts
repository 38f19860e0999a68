import { hyperbolicTangent } from './elementary';

// Elementwise operations, four at a time with a scalar tail. Lanes never meet, so the result is the
// one of a plain loop.

export function fill(n: i32, value: f32, y: i32): void {
  const to = (<usize>y) << 2;
  const four = f32x4.splat(value);
  const end = to + ((<usize>n) << 2);
  let at = to;
  for (; at + 16 <= end; at += 16) v128.store(at, four);
  for (; at < end; at += 4) store<f32>(at, value);
}

export function axpy(n: i32, alpha: f32, x: i32, y: i32): void {
  let from = (<usize>x) << 2;
  let to = (<usize>y) << 2;
  const four = f32x4.splat(alpha);
  const end = to + ((<usize>n) << 2);
  for (; to + 16 <= end; to += 16) {
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(four, v128.load(from))));
    from += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(to) + alpha * load<f32>(from));
    from += 4;
  }
}

export function addRow(rows: i32, width: i32, x: i32, y: i32): void {
  for (let row = 0; row < rows; row++) axpy(width, 1, x, y + row * width);
}

/** Column by column from the first row to the last. */
export function sumRows(rows: i32, width: i32, x: i32, y: i32): void {
  fill(width, 0, y);
  for (let row = 0; row < rows; row++) axpy(width, 1, x + row * width, y);
}

export function relu(n: i32, x: i32, y: i32): void {
  let from = (<usize>x) << 2;
  let to = (<usize>y) << 2;
  const zero = f32x4.splat(0);
  const end = to + ((<usize>n) << 2);
  for (; to + 16 <= end; to += 16) {
    const value = v128.load(from);
    v128.store(to, v128.and(value, f32x4.gt(value, zero)));
    from += 16;
  }
  for (; to < end; to += 4) {
    const value = load<f32>(from);
    store<f32>(to, value > 0 ? value : 0);
    from += 4;
  }
}

export function reluBackward(n: i32, y: i32, dy: i32, dx: i32): void {
  let value = (<usize>y) << 2;
  let from = (<usize>dy) << 2;
  let to = (<usize>dx) << 2;
  const zero = f32x4.splat(0);
  const end = to + ((<usize>n) << 2);
  for (; to + 16 <= end; to += 16) {
    v128.store(to, v128.and(v128.load(from), f32x4.gt(v128.load(value), zero)));
    from += 16;
    value += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(value) > 0 ? load<f32>(from) : 0);
    from += 4;
    value += 4;
  }
}

export function tanh(n: i32, x: i32, y: i32): void {
  const from = (<usize>x) << 2;
  const to = (<usize>y) << 2;
  for (let i: usize = 0; i < (<usize>n) << 2; i += 4)
    store<f32>(to + i, <f32>hyperbolicTangent(<f64>load<f32>(from + i)));
}

export function tanhBackward(n: i32, y: i32, dy: i32, dx: i32): void {
  const value = (<usize>y) << 2;
  const from = (<usize>dy) << 2;
  const to = (<usize>dx) << 2;
  for (let i: usize = 0; i < (<usize>n) << 2; i += 4) {
    const t = <f64>load<f32>(value + i);
    store<f32>(to + i, <f32>(<f64>load<f32>(from + i) * (1 - t * t)));
  }
}
