import { packColumns, packRows } from './gemm-packing';
import { dropZeroSteps } from './gemm-sparsity';
import { multiplySparseTile, multiplyTile } from './gemm-tile';

// C = A B in the loops of Goto and van de Geijn 2008: blocks of the inner dimension, of columns and
// of rows are packed into strips that stay in the caches, and a tile of 2 × 16 results stays in
// registers. Every element of C is added up over the inner dimension from first to last, in one
// accumulator, rounding after each product and each sum: what a plain triple loop gives. Steps in
// which both rows of A are zero are left out; with tall tiles there would be fewer of those.

/** Inner dimension, columns and rows of a block: strips for the first cache, block for the second. */
const INNER = 256;
const COLUMNS = 512;
const ROWS = 128;
const TILE_ROWS = 2;
const TILE_COLUMNS = 16;

const rowStrips: usize = memory.data(131072, 16);
const columnStrips: usize = memory.data(524288, 16);
/** For each strip of rows how many of its steps are left, and where those find their columns. */
const stepCounts: usize = memory.data(256, 16);
const stepPlaces: usize = memory.data(65536, 16);
const edgeTile: usize = memory.data(128, 16);

/**
 * `aRow` and `aInner` are the distances in elements between rows of A and along its inner
 * dimension, `bInner` and `bColumn` the same of B; one of each pair is 1.
 */
function multiply(
  m: i32,
  n: i32,
  k: i32,
  a: i32,
  aRow: i32,
  aInner: i32,
  b: i32,
  bInner: i32,
  bColumn: i32,
  c: i32,
  add: i32,
): void {
  for (let inner = 0; inner < k; inner += INNER) {
    const depth = min(INNER, k - inner);
    const keep = add != 0 || inner > 0;
    for (let column = 0; column < n; column += COLUMNS) {
      const columns = min(COLUMNS, n - column);
      const corner = b + inner * bInner + column * bColumn;
      packColumns(columns, depth, corner, bInner, bColumn, columnStrips);
      for (let row = 0; row < m; row += ROWS) {
        const rows = min(ROWS, m - row);
        packRows(rows, depth, a + row * aRow + inner * aInner, aRow, aInner, rowStrips);
        for (let strip = 0; strip * TILE_ROWS < rows; strip++) {
          const left = dropZeroSteps(depth, stripAt(strip, depth), placesAt(strip));
          store<i32>(stepCounts + ((<usize>strip) << 2), left);
        }
        multiplyBlock(rows, columns, depth, c + row * n + column, n, keep);
      }
    }
  }
}

function stripAt(strip: i32, depth: i32): usize {
  return rowStrips + ((<usize>(strip * depth)) << 3);
}

function placesAt(strip: i32): usize {
  return stepPlaces + ((<usize>(strip * INNER)) << 2);
}

function multiplyBlock(rows: i32, columns: i32, depth: i32, c: i32, width: i32, keep: bool): void {
  const stride = (<usize>width) << 2;
  for (let column = 0; column < columns; column += TILE_COLUMNS) {
    const columnStrip = columnStrips + ((<usize>(column * depth)) << 2);
    for (let row = 0; row < rows; row += TILE_ROWS) {
      const to = (<usize>(c + row * width + column)) << 2;
      const height = min(TILE_ROWS, rows - row);
      const breadth = min(TILE_COLUMNS, columns - column);
      if (height == TILE_ROWS && breadth == TILE_COLUMNS) {
        multiplyStrips(row / TILE_ROWS, depth, columnStrip, to, stride, keep);
        continue;
      }
      if (keep) copyTile(height, breadth, to, stride, edgeTile, TILE_COLUMNS << 2);
      multiplyStrips(row / TILE_ROWS, depth, columnStrip, edgeTile, TILE_COLUMNS << 2, keep);
      copyTile(height, breadth, edgeTile, TILE_COLUMNS << 2, to, stride);
    }
  }
}

function multiplyStrips(
  strip: i32,
  depth: i32,
  columnStrip: usize,
  c: usize,
  stride: usize,
  keep: bool,
): void {
  const steps = load<i32>(stepCounts + ((<usize>strip) << 2));
  const rows = stripAt(strip, depth);
  if (steps == depth) multiplyTile(steps, rows, columnStrip, c, stride, keep);
  else multiplySparseTile(steps, rows, placesAt(strip), columnStrip, c, stride, keep);
}

function copyTile(
  height: i32,
  breadth: i32,
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
): void {
  for (let row = 0; row < height; row++) {
    for (let at: usize = 0; at < (<usize>breadth) << 2; at += 4)
      store<f32>(to + at, load<f32>(from + at));
    from += fromStride;
    to += toStride;
  }
}

/** C[m×n] (+)= A[m×k] B[k×n] */
export function gemmNN(m: i32, n: i32, k: i32, a: i32, b: i32, c: i32, add: i32): void {
  multiply(m, n, k, a, k, 1, b, n, 1, c, add);
}

/** C[m×n] (+)= A[k×m]ᵀ B[k×n] */
export function gemmTN(m: i32, n: i32, k: i32, a: i32, b: i32, c: i32, add: i32): void {
  multiply(m, n, k, a, 1, m, b, n, 1, c, add);
}

/** C[m×n] (+)= A[m×k] B[n×k]ᵀ */
export function gemmNT(m: i32, n: i32, k: i32, a: i32, b: i32, c: i32, add: i32): void {
  multiply(m, n, k, a, k, 1, b, 1, k, c, add);
}
