import { exp, log } from './elementary';

// Sums run in float64 from the first row to the last, and in a row from the first column to the
// last; only what is stored is rounded to float32.

export function softmaxCrossEntropy(rows: i32, classes: i32, x: i32, targets: i32, dx: i32): f64 {
  let loss: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const scores = (<usize>(x + row * classes)) << 2;
    const errors = (<usize>(dx + row * classes)) << 2;
    const end = (<usize>classes) << 2;
    let highest = <f64>load<f32>(scores);
    for (let i: usize = 4; i < end; i += 4) {
      const score = <f64>load<f32>(scores + i);
      if (score > highest) highest = score;
    }
    let total: f64 = 0;
    for (let i: usize = 0; i < end; i += 4) total += exp(<f64>load<f32>(scores + i) - highest);
    const target = (<usize>load<f32>((<usize>(targets + row)) << 2)) << 2;
    loss += highest + log(total) - <f64>load<f32>(scores + target);
    for (let i: usize = 0; i < end; i += 4) {
      const share = exp(<f64>load<f32>(scores + i) - highest) / total;
      store<f32>(errors + i, <f32>((i == target ? share - 1 : share) / <f64>rows));
    }
  }
  return loss;
}

export function binaryCrossEntropy(rows: i32, outputs: i32, x: i32, targets: i32, dx: i32): f64 {
  let loss: f64 = 0;
  const end = (<usize>(rows * outputs)) << 2;
  const scores = (<usize>x) << 2;
  const wanted = (<usize>targets) << 2;
  const errors = (<usize>dx) << 2;
  for (let i: usize = 0; i < end; i += 4) {
    const score = <f64>load<f32>(scores + i);
    const target = <f64>load<f32>(wanted + i);
    const power = exp(-Math.abs(score));
    loss += (score > 0 ? score : 0) - score * target + log(1 + power);
    const share = (score > 0 ? 1 : power) / (1 + power);
    store<f32>(errors + i, <f32>((share - target) / <f64>rows));
  }
  return loss;
}

export function squaredError(rows: i32, outputs: i32, x: i32, targets: i32, dx: i32): f64 {
  let loss: f64 = 0;
  const end = (<usize>(rows * outputs)) << 2;
  const scores = (<usize>x) << 2;
  const wanted = (<usize>targets) << 2;
  const errors = (<usize>dx) << 2;
  for (let i: usize = 0; i < end; i += 4) {
    const error = <f64>load<f32>(scores + i) - <f64>load<f32>(wanted + i);
    loss += 0.5 * error * error;
    store<f32>(errors + i, <f32>(error / <f64>rows));
  }
  return loss;
}
