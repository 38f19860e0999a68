import { tanh as hyperbolicTangent } from './elementary';

export function relu(values: i32, count: i32): void {
  let at = (<usize>values) << 2;
  const end = at + ((<usize>count) << 2);
  const zero = f32x4.splat(0);
  for (; at + 16 <= end; at += 16) {
    const value = v128.load(at);
    v128.store(at, v128.and(value, f32x4.gt(value, zero)));
  }
  for (; at < end; at += 4) if (!(load<f32>(at) > 0)) store<f32>(at, 0);
}

export function reluGradient(count: i32, outputs: i32, gradients: i32): void {
  let from = (<usize>outputs) << 2;
  let at = (<usize>gradients) << 2;
  const end = at + ((<usize>count) << 2);
  const zero = f32x4.splat(0);
  for (; at + 16 <= end; at += 16) {
    v128.store(at, v128.and(v128.load(at), f32x4.gt(v128.load(from), zero)));
    from += 16;
  }
  for (; at < end; at += 4) {
    if (!(load<f32>(from) > 0)) store<f32>(at, 0);
    from += 4;
  }
}

export function tanh(values: i32, count: i32): void {
  let at = (<usize>values) << 2;
  const end = at + ((<usize>count) << 2);
  for (; at < end; at += 4) store<f32>(at, <f32>hyperbolicTangent(<f64>load<f32>(at)));
}

export function tanhGradient(count: i32, outputs: i32, gradients: i32): void {
  let from = (<usize>outputs) << 2;
  let at = (<usize>gradients) << 2;
  const end = at + ((<usize>count) << 2);
  const one = f32x4.splat(1);
  for (; at + 16 <= end; at += 16) {
    const output = v128.load(from);
    const slope = f32x4.sub(one, f32x4.mul(output, output));
    v128.store(at, f32x4.mul(v128.load(at), slope));
    from += 16;
  }
  for (; at < end; at += 4) {
    const output = load<f32>(from);
    store<f32>(at, load<f32>(at) * (1 - output * output));
    from += 4;
  }
}
