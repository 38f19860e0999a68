// Strips: four rows of A, or eight columns of B, side by side for each step of the inner dimension,
// padded with zeros where the matrix ends. Only the padding's own results see those zeros.

/** Strips of four rows; element (i, k) lies at a + i * rowStep + k * innerStep. */
export function packRows(
  rows: i32,
  depth: i32,
  a: i32,
  rowStep: i32,
  innerStep: i32,
  to: usize,
): void {
  for (let row = 0; row < rows; row += 4) {
    const from = (<usize>(a + row * rowStep)) << 2;
    packFour(min(4, rows - row), depth, from, rowStep, innerStep, to, 16);
    to += (<usize>depth) << 4;
  }
}

/** Strips of eight columns; element (k, j) lies at b + k * innerStep + j * columnStep. */
export function packColumns(
  columns: i32,
  depth: i32,
  b: i32,
  innerStep: i32,
  columnStep: i32,
  to: usize,
): void {
  for (let column = 0; column < columns; column += 8) {
    const from = (<usize>(b + column * columnStep)) << 2;
    const left = columns - column;
    packFour(min(4, left), depth, from, columnStep, innerStep, to, 32);
    const second = from + ((<usize>columnStep) << 4);
    packFour(max(0, min(4, left - 4)), depth, second, columnStep, innerStep, to + 16, 32);
    to += (<usize>depth) << 5;
  }
}

/** Four lines, `laneStep` elements apart, of which `lanes` exist; a group every `stride` bytes. */
function packFour(
  lanes: i32,
  depth: i32,
  from: usize,
  laneStep: i32,
  innerStep: i32,
  to: usize,
  stride: usize,
): void {
  const lane = (<usize>laneStep) << 2;
  const inner = (<usize>innerStep) << 2;
  if (lanes < 4) {
    for (let k = 0; k < depth; k++) {
      for (let i = 0; i < 4; i++)
        store<f32>(to + ((<usize>i) << 2), i < lanes ? load<f32>(from + <usize>i * lane) : 0);
      from += inner;
      to += stride;
    }
    return;
  }
  if (laneStep == 1) {
    for (let k = 0; k < depth; k++) {
      v128.store(to, v128.load(from));
      from += inner;
      to += stride;
    }
    return;
  }
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    transposeFour(from, lane, to, stride);
    from += 16;
    to += stride << 2;
  }
  for (; k < depth; k++) {
    for (let i = 0; i < 4; i++)
      store<f32>(to + ((<usize>i) << 2), load<f32>(from + <usize>i * lane));
    from += 4;
    to += stride;
  }
}

function transposeFour(from: usize, lane: usize, to: usize, stride: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + lane);
  const c = v128.load(from + lane * 2);
  const d = v128.load(from + lane * 3);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(to + stride, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7));
  v128.store(to + stride * 2, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5));
  v128.store(to + stride * 3, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7));
}
