import { exp, log } from './elementary';

// Worked out in double precision, from the first row to the last and in a row from the first column
// to the last; only what is stored is rounded. Scores become gradients in place.

export function softmaxCrossEntropy(
  rows: i32,
  columns: i32,
  scores: i32,
  targets: i32,
  scale: f64,
): f64 {
  let loss: f64 = 0;
  const length = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++) {
    const start = (<usize>(scores + row * columns)) << 2;
    const end = start + length;
    let highest = load<f32>(start);
    for (let at = start; at < end; at += 4) {
      const score = load<f32>(at);
      if (score > highest) highest = score;
    }
    const target = start + ((<usize>load<f32>((<usize>(targets + row)) << 2)) << 2);
    const targetScore = <f64>load<f32>(target);
    let sum: f64 = 0;
    for (let at = start; at < end; at += 4) {
      const power = exp(<f64>load<f32>(at) - <f64>highest);
      store<f32>(at, <f32>power);
      sum += power;
    }
    loss += <f64>highest - targetScore + log(sum);
    const inverse = 1 / sum;
    for (let at = start; at < end; at += 4) {
      const probability = <f64>load<f32>(at) * inverse;
      store<f32>(at, <f32>((at === target ? probability - 1 : probability) * scale));
    }
  }
  return loss;
}

export function binaryCrossEntropy(rows: i32, scores: i32, targets: i32, scale: f64): f64 {
  let loss: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const at = (<usize>(scores + row)) << 2;
    const score = <f64>load<f32>(at);
    const target = <f64>load<f32>((<usize>(targets + row)) << 2);
    const power = exp(score < 0 ? score : -score);
    loss += (score > 0 ? score : 0) - score * target + log(1 + power);
    const probability = (score < 0 ? power : 1) / (1 + power);
    store<f32>(at, <f32>((probability - target) * scale));
  }
  return loss;
}

export function squaredError(rows: i32, scores: i32, targets: i32, scale: f64): f64 {
  let loss: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const at = (<usize>(scores + row)) << 2;
    const error = <f64>load<f32>(at) - <f64>load<f32>((<usize>(targets + row)) << 2);
    loss += 0.5 * error * error;
    store<f32>(at, <f32>(error * scale));
  }
  return loss;
}
