// Ba, Kiros and Hinton 2016, equation 3, with sums in float64 from the first column to the last.

function rowMean(width: i32, x: usize): f64 {
  let sum: f64 = 0;
  for (let i: usize = 0; i < (<usize>width) << 2; i += 4) sum += <f64>load<f32>(x + i);
  return sum / <f64>width;
}

function rowSpread(width: i32, epsilon: f64, x: usize, mean: f64): f64 {
  let squares: f64 = 0;
  for (let i: usize = 0; i < (<usize>width) << 2; i += 4) {
    const offset = <f64>load<f32>(x + i) - mean;
    squares += offset * offset;
  }
  return sqrt<f64>(squares / <f64>width + epsilon);
}

export function layerNorm(
  rows: i32,
  width: i32,
  epsilon: f64,
  x: i32,
  scale: i32,
  shift: i32,
  y: i32,
): void {
  for (let row = 0; row < rows; row++) {
    const from = (<usize>(x + row * width)) << 2;
    const to = (<usize>(y + row * width)) << 2;
    const mean = rowMean(width, from);
    const spread = rowSpread(width, epsilon, from, mean);
    for (let i: usize = 0; i < (<usize>width) << 2; i += 4) {
      const normal = (<f64>load<f32>(from + i) - mean) / spread;
      const factor = <f64>load<f32>(((<usize>scale) << 2) + i);
      store<f32>(to + i, <f32>(normal * factor + <f64>load<f32>(((<usize>shift) << 2) + i)));
    }
  }
}

/** Adds to dscale and dshift row by row; both start at zero. */
export function layerNormBackward(
  rows: i32,
  width: i32,
  epsilon: f64,
  x: i32,
  scale: i32,
  dy: i32,
  dscale: i32,
  dshift: i32,
  dx: i32,
): void {
  const end = (<usize>width) << 2;
  const scales = (<usize>scale) << 2;
  memory.fill((<usize>dscale) << 2, 0, end);
  memory.fill((<usize>dshift) << 2, 0, end);
  for (let row = 0; row < rows; row++) {
    const from = (<usize>(x + row * width)) << 2;
    const errors = (<usize>(dy + row * width)) << 2;
    const to = (<usize>(dx + row * width)) << 2;
    const mean = rowMean(width, from);
    const spread = rowSpread(width, epsilon, from, mean);
    let sum: f64 = 0;
    let products: f64 = 0;
    for (let i: usize = 0; i < end; i += 4) {
      const error = <f64>load<f32>(errors + i);
      const normal = (<f64>load<f32>(from + i) - mean) / spread;
      const scaled = error * <f64>load<f32>(scales + i);
      sum += scaled;
      products += scaled * normal;
      const dscaleAt = ((<usize>dscale) << 2) + i;
      const dshiftAt = ((<usize>dshift) << 2) + i;
      store<f32>(dscaleAt, <f32>(<f64>load<f32>(dscaleAt) + error * normal));
      store<f32>(dshiftAt, <f32>(<f64>load<f32>(dshiftAt) + error));
    }
    for (let i: usize = 0; i < end; i += 4) {
      const normal = (<f64>load<f32>(from + i) - mean) / spread;
      const scaled = <f64>load<f32>(errors + i) * <f64>load<f32>(scales + i);
      store<f32>(to + i, <f32>((scaled - (sum + normal * products) / <f64>width) / spread));
    }
  }
}
