// One step over a run of parameters, four at a time with a scalar tail.

/** g += decay w + proximal (w - anchor) */
export function addPenalty(n: i32, decay: f32, proximal: f32, w: i32, anchor: i32, g: i32): void {
  const weights = (<usize>w) << 2;
  const anchors = (<usize>anchor) << 2;
  const gradients = (<usize>g) << 2;
  const end = (<usize>n) << 2;
  const decays = f32x4.splat(decay);
  const pulls = f32x4.splat(proximal);
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const weight = v128.load(weights + i);
    const distance = f32x4.sub(weight, v128.load(anchors + i));
    const pull = f32x4.add(f32x4.mul(decays, weight), f32x4.mul(pulls, distance));
    v128.store(gradients + i, f32x4.add(v128.load(gradients + i), pull));
  }
  for (; i < end; i += 4) {
    const weight = load<f32>(weights + i);
    const pull = decay * weight + proximal * (weight - load<f32>(anchors + i));
    store<f32>(gradients + i, load<f32>(gradients + i) + pull);
  }
}

/** v = momentum v + g, w -= rate v */
export function momentumStep(n: i32, rate: f32, momentum: f32, g: i32, v: i32, w: i32): void {
  const gradients = (<usize>g) << 2;
  const velocities = (<usize>v) << 2;
  const weights = (<usize>w) << 2;
  const end = (<usize>n) << 2;
  const rates = f32x4.splat(rate);
  const keep = f32x4.splat(momentum);
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const kept = f32x4.mul(keep, v128.load(velocities + i));
    const velocity = f32x4.add(kept, v128.load(gradients + i));
    v128.store(velocities + i, velocity);
    v128.store(weights + i, f32x4.sub(v128.load(weights + i), f32x4.mul(rates, velocity)));
  }
  for (; i < end; i += 4) {
    const velocity = momentum * load<f32>(velocities + i) + load<f32>(gradients + i);
    store<f32>(velocities + i, velocity);
    store<f32>(weights + i, load<f32>(weights + i) - rate * velocity);
  }
}

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/** Kingma and Ba 2015, algorithm 1; bias1 = 1 - 0.9^t and bias2 = 1 - 0.999^t. */
export function adamStep(
  n: i32,
  rate: f32,
  bias1: f32,
  bias2: f32,
  g: i32,
  m: i32,
  v: i32,
  w: i32,
): void {
  const gradients = (<usize>g) << 2;
  const firsts = (<usize>m) << 2;
  const seconds = (<usize>v) << 2;
  const weights = (<usize>w) << 2;
  const end = (<usize>n) << 2;
  const keep1 = f32x4.splat(BETA_1);
  const keep2 = f32x4.splat(BETA_2);
  const rest1 = f32x4.splat(<f32>1 - BETA_1);
  const rest2 = f32x4.splat(<f32>1 - BETA_2);
  let i: usize = 0;
  for (; i + 16 <= end; i += 16) {
    const gradient = v128.load(gradients + i);
    const square = f32x4.mul(gradient, gradient);
    const first = f32x4.add(f32x4.mul(keep1, v128.load(firsts + i)), f32x4.mul(rest1, gradient));
    const second = f32x4.add(f32x4.mul(keep2, v128.load(seconds + i)), f32x4.mul(rest2, square));
    v128.store(firsts + i, first);
    v128.store(seconds + i, second);
    const root = f32x4.sqrt(f32x4.div(second, f32x4.splat(bias2)));
    const rated = f32x4.mul(f32x4.splat(rate), f32x4.div(first, f32x4.splat(bias1)));
    const step = f32x4.div(rated, f32x4.add(root, f32x4.splat(EPSILON)));
    v128.store(weights + i, f32x4.sub(v128.load(weights + i), step));
  }
  for (; i < end; i += 4) {
    const gradient = load<f32>(gradients + i);
    const first = BETA_1 * load<f32>(firsts + i) + (<f32>1 - BETA_1) * gradient;
    const second = BETA_2 * load<f32>(seconds + i) + (<f32>1 - BETA_2) * (gradient * gradient);
    store<f32>(firsts + i, first);
    store<f32>(seconds + i, second);
    const step = (rate * (first / bias1)) / (sqrt<f32>(second / bias2) + EPSILON);
    store<f32>(weights + i, load<f32>(weights + i) - step);
  }
}
