/** Strength of the ridge on standardised features: enough to keep collinear weights finite. */
const RIDGE = 0.01;
const STEPS = 50;

/**
 * Ridge logistic regression by Newton's method (iteratively reweighted least squares) on
 * standardised features, in the units of the features given.
 * @param rows equally long; @param labels 1 or 0 for each.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
): { readonly weights: number[]; readonly bias: number } {
  const width = rows[0]?.length ?? 0;
  const count = rows.length;
  const columns = Array.from({ length: width }, (_, c) => rows.map((row) => row[c] as number));
  const means = columns.map((column) => column.reduce((sum, x) => sum + x, 0) / count);
  const spreads = columns.map((column, c) =>
    Math.sqrt(column.reduce((sum, x) => sum + (x - (means[c] as number)) ** 2, 0) / count),
  );
  const inputs = rows.map((row) => [
    ...row.map((x, c) => (x - (means[c] as number)) / ((spreads[c] as number) || 1)),
    1,
  ]);
  const weights = new Array<number>(width + 1).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((w, c) => (c < width ? RIDGE * w : 0));
    const hessian = weights.map((_, r) => weights.map((__, c) => (r === c ? RIDGE : 0)));
    inputs.forEach((input, i) => {
      const p = 1 / (1 + Math.exp(-dot(input, weights)));
      input.forEach((x, r) => {
        gradient[r] = (gradient[r] as number) + (x * (p - (labels[i] as number))) / count;
        const row = hessian[r] as number[];
        input.forEach((y, c) => {
          row[c] = (row[c] as number) + (x * y * p * (1 - p)) / count;
        });
      });
    });
    solve(hessian, gradient).forEach((delta, c) => {
      weights[c] = (weights[c] as number) - delta;
    });
  }
  const scaled = weights.slice(0, width).map((w, c) => w / ((spreads[c] as number) || 1));
  return { weights: scaled, bias: (weights[width] as number) - dot(scaled, means) };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}

/** Gaussian elimination; a positive definite matrix needs no pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number]);
  rows.forEach((pivot, p) => {
    rows.forEach((row, r) => {
      if (r === p) return;
      const factor = (row[p] as number) / (pivot[p] as number);
      row.forEach((x, c) => {
        row[c] = x - factor * (pivot[c] as number);
      });
    });
  });
  return rows.map((row, i) => (row.at(-1) as number) / (row[i] as number));
}
