// Ioffe and Szegedy 2015, algorithms 1 and 2, with sums in float64 from the first row to the last.

/** Mean and variance (divisor `rows`) of each column. */
export function columnMoments(rows: i32, width: i32, x: i32, mean: i32, variance: i32): void {
  for (let column = 0; column < width; column++) {
    let sum: f64 = 0;
    for (let row = 0; row < rows; row++)
      sum += <f64>load<f32>((<usize>(x + row * width + column)) << 2);
    const centre = <f32>(sum / <f64>rows);
    let squares: f64 = 0;
    for (let row = 0; row < rows; row++) {
      const offset = <f64>load<f32>((<usize>(x + row * width + column)) << 2) - <f64>centre;
      squares += offset * offset;
    }
    store<f32>((<usize>(mean + column)) << 2, centre);
    store<f32>((<usize>(variance + column)) << 2, <f32>(squares / <f64>rows));
  }
}

/** y = scale (x - mean) / sqrt(variance + epsilon) + shift */
export function batchNorm(
  rows: i32,
  width: i32,
  epsilon: f64,
  x: i32,
  mean: i32,
  variance: i32,
  scale: i32,
  shift: i32,
  y: i32,
): void {
  for (let column = 0; column < width; column++) {
    const centre = <f64>load<f32>((<usize>(mean + column)) << 2);
    const spread = sqrt<f64>(<f64>load<f32>((<usize>(variance + column)) << 2) + epsilon);
    const factor = <f64>load<f32>((<usize>(scale + column)) << 2) / spread;
    const offset = <f64>load<f32>((<usize>(shift + column)) << 2);
    for (let row = 0; row < rows; row++) {
      const at = (<usize>(row * width + column)) << 2;
      const value = <f64>load<f32>(((<usize>x) << 2) + at) - centre;
      store<f32>(((<usize>y) << 2) + at, <f32>(value * factor + offset));
    }
  }
}

/** Gradients of `batchNorm` when mean and variance are those of x itself. */
export function batchNormBackward(
  rows: i32,
  width: i32,
  epsilon: f64,
  x: i32,
  mean: i32,
  variance: i32,
  scale: i32,
  dy: i32,
  dscale: i32,
  dshift: i32,
  dx: i32,
): void {
  for (let column = 0; column < width; column++) {
    const centre = <f64>load<f32>((<usize>(mean + column)) << 2);
    const spread = sqrt<f64>(<f64>load<f32>((<usize>(variance + column)) << 2) + epsilon);
    let errors: f64 = 0;
    let products: f64 = 0;
    for (let row = 0; row < rows; row++) {
      const at = (<usize>(row * width + column)) << 2;
      const error = <f64>load<f32>(((<usize>dy) << 2) + at);
      errors += error;
      products += (error * (<f64>load<f32>(((<usize>x) << 2) + at) - centre)) / spread;
    }
    store<f32>((<usize>(dscale + column)) << 2, <f32>products);
    store<f32>((<usize>(dshift + column)) << 2, <f32>errors);
    const factor = <f64>load<f32>((<usize>(scale + column)) << 2) / spread;
    for (let row = 0; row < rows; row++) {
      const at = (<usize>(row * width + column)) << 2;
      const normal = (<f64>load<f32>(((<usize>x) << 2) + at) - centre) / spread;
      const error = <f64>load<f32>(((<usize>dy) << 2) + at);
      const rest = error - (errors + normal * products) / <f64>rows;
      store<f32>(((<usize>dx) << 2) + at, <f32>(factor * rest));
    }
  }
}
