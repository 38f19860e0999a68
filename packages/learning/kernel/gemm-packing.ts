// Strips: two rows of A, or sixteen columns of B, side by side for each step of the inner dimension,
// padded with zeros where the matrix ends. Only the padding's own results see those zeros.

/** Strips of two rows; element (i, k) lies at a + i * rowStep + k * innerStep. */
export function packRows(
  rows: i32,
  depth: i32,
  a: i32,
  rowStep: i32,
  innerStep: i32,
  to: usize,
): void {
  for (let row = 0; row < rows; row += 2) {
    const from = (<usize>(a + row * rowStep)) << 2;
    if (row + 1 == rows) packLastRow(depth, from, (<usize>innerStep) << 2, to);
    else if (rowStep == 1) packPairs(depth, from, (<usize>innerStep) << 2, to);
    else interleave(depth, from, from + ((<usize>rowStep) << 2), to);
    to += (<usize>depth) << 3;
  }
}

function packLastRow(depth: i32, from: usize, inner: usize, to: usize): void {
  for (let k = 0; k < depth; k++) {
    store<f32>(to, load<f32>(from));
    store<f32>(to, 0, 4);
    from += inner;
    to += 8;
  }
}

function packPairs(depth: i32, from: usize, inner: usize, to: usize): void {
  for (let k = 0; k < depth; k++) {
    store<i64>(to, load<i64>(from));
    from += inner;
    to += 8;
  }
}

function interleave(depth: i32, first: usize, second: usize, to: usize): void {
  let k = 0;
  for (; k + 4 <= depth; k += 4) {
    const a = v128.load(first);
    const b = v128.load(second);
    v128.store(to, v128.shuffle<f32>(a, b, 0, 4, 1, 5));
    v128.store(to, v128.shuffle<f32>(a, b, 2, 6, 3, 7), 16);
    first += 16;
    second += 16;
    to += 32;
  }
  for (; k < depth; k++) {
    store<f32>(to, load<f32>(first));
    store<f32>(to, load<f32>(second), 4);
    first += 4;
    second += 4;
    to += 8;
  }
}

/** Strips of sixteen columns; element (k, j) lies at b + k * innerStep + j * columnStep. */
export function packColumns(
  columns: i32,
  depth: i32,
  b: i32,
  innerStep: i32,
  columnStep: i32,
  to: usize,
): void {
  for (let column = 0; column < columns; column += 16) {
    for (let quad = 0; quad < 16; quad += 4) {
      const from = (<usize>(b + (column + quad) * columnStep)) << 2;
      const lanes = max(0, min(4, columns - column - quad));
      packFour(lanes, depth, from, columnStep, innerStep, to + ((<usize>quad) << 2));
    }
    to += (<usize>depth) << 6;
  }
}

/** Four columns of a strip, of which `lanes` exist. */
function packFour(
  lanes: i32,
  depth: i32,
  from: usize,
  laneStep: i32,
  innerStep: i32,
  to: usize,
): void {
  const lane = (<usize>laneStep) << 2;
  const inner = (<usize>innerStep) << 2;
  let k = 0;
  if (lanes == 4 && laneStep == 1) {
    for (; k < depth; k++) {
      v128.store(to, v128.load(from));
      from += inner;
      to += 64;
    }
    return;
  }
  if (lanes == 4) {
    for (; k + 4 <= depth; k += 4) {
      transposeFour(from, lane, to);
      from += 16;
      to += 256;
    }
  }
  for (; k < depth; k++) {
    for (let i = 0; i < 4; i++) {
      const value = i < lanes ? load<f32>(from + <usize>i * lane) : 0;
      store<f32>(to + ((<usize>i) << 2), value);
    }
    from += inner;
    to += 64;
  }
}

function transposeFour(from: usize, lane: usize, to: usize): void {
  const a = v128.load(from);
  const b = v128.load(from + lane);
  const c = v128.load(from + lane * 2);
  const d = v128.load(from + lane * 3);
  const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7), 64);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 128);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 192);
}
