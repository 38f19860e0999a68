// One step over `count` parameters, four at a time with a scalar tail.

/** w −= rate g */
export function sgdStep(count: i32, weights: i32, gradients: i32, rate: f32): void {
  let w = (<usize>weights) << 2;
  let g = (<usize>gradients) << 2;
  const rates = f32x4.splat(rate);
  const end = w + ((<usize>count) << 2);
  for (; w + 16 <= end; w += 16) {
    v128.store(w, f32x4.sub(v128.load(w), f32x4.mul(rates, v128.load(g))));
    g += 16;
  }
  for (; w < end; w += 4) {
    store<f32>(w, load<f32>(w) - rate * load<f32>(g));
    g += 4;
  }
}

/** v = momentum v + g, w −= rate v */
export function momentumStep(
  count: i32,
  weights: i32,
  gradients: i32,
  velocity: i32,
  rate: f32,
  momentum: f32,
): void {
  const w = (<usize>weights) << 2;
  const g = (<usize>gradients) << 2;
  const v = (<usize>velocity) << 2;
  const end = (<usize>count) << 2;
  const rates = f32x4.splat(rate);
  const stay = f32x4.splat(momentum);
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const next = f32x4.add(f32x4.mul(stay, v128.load(v + i)), v128.load(g + i));
    v128.store(v + i, next);
    v128.store(w + i, f32x4.sub(v128.load(w + i), f32x4.mul(rates, next)));
  }
  for (; i < end; i += 4) {
    const next = momentum * load<f32>(v + i) + load<f32>(g + i);
    store<f32>(v + i, next);
    store<f32>(w + i, load<f32>(w + i) - rate * next);
  }
}

/** Kingma and Ba 2015, algorithm 1; `rest` is 1 − β, `correct` 1 / (1 − βᵗ). */
export function adamStep(
  count: i32,
  weights: i32,
  gradients: i32,
  mean: i32,
  variance: i32,
  rate: f32,
  beta1: f32,
  rest1: f32,
  correct1: f32,
  beta2: f32,
  rest2: f32,
  correct2: f32,
  epsilon: f32,
): void {
  const w = (<usize>weights) << 2;
  const g = (<usize>gradients) << 2;
  const m = (<usize>mean) << 2;
  const v = (<usize>variance) << 2;
  const end = (<usize>count) << 2;
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const gradient = v128.load(g + i);
    const first = f32x4.add(
      f32x4.mul(f32x4.splat(beta1), v128.load(m + i)),
      f32x4.mul(f32x4.splat(rest1), gradient),
    );
    const second = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(v + i)),
      f32x4.mul(f32x4.splat(rest2), f32x4.mul(gradient, gradient)),
    );
    v128.store(m + i, first);
    v128.store(v + i, second);
    const root = f32x4.sqrt(f32x4.mul(second, f32x4.splat(correct2)));
    const move = f32x4.div(
      f32x4.mul(f32x4.splat(rate), f32x4.mul(first, f32x4.splat(correct1))),
      f32x4.add(root, f32x4.splat(epsilon)),
    );
    v128.store(w + i, f32x4.sub(v128.load(w + i), move));
  }
  for (; i < end; i += 4) {
    const gradient = load<f32>(g + i);
    const first = beta1 * load<f32>(m + i) + rest1 * gradient;
    const second = beta2 * load<f32>(v + i) + rest2 * (gradient * gradient);
    store<f32>(m + i, first);
    store<f32>(v + i, second);
    const root = sqrt<f32>(second * correct2);
    store<f32>(w + i, load<f32>(w + i) - (rate * (first * correct1)) / (root + epsilon));
  }
}
