/** Squared Euclidean distances, `distances[i][j]`, added in double precision. */
export function squaredDistances(vectors: readonly Float32Array[]): readonly Float64Array[] {
  const distances = vectors.map(() => new Float64Array(vectors.length));
  for (const [i, a] of vectors.entries()) {
    for (let j = i + 1; j < vectors.length; j++) {
      const b = vectors[j] as Float32Array;
      let sum = 0;
      for (let at = 0; at < a.length; at++) {
        const difference = (a[at] as number) - (b[at] as number);
        sum += difference * difference;
      }
      (distances[i] as Float64Array)[j] = sum;
      (distances[j] as Float64Array)[i] = sum;
    }
  }
  return distances;
}

/**
 * Orders `pool` by Krum's score, lowest first: the sum of the squared distances to the
 * |pool| − f − 2 nearest others of the pool (Blanchard et al. 2017, section 4), and to one at least.
 * Equal scores keep the order of the pool.
 *
 * @param options.pool places of updates among the distances.
 */
export function orderByKrum(options: {
  readonly distances: readonly Float64Array[];
  readonly pool: readonly number[];
  readonly faulty: number;
}): number[] {
  const { distances, pool, faulty } = options;
  const neighbours = Math.max(1, pool.length - faulty - 2);
  const scored = pool.map((i) => {
    const others = pool.filter((j) => j !== i).map((j) => distances[i]?.[j] as number);
    const nearest = Float64Array.from(others).sort().subarray(0, neighbours);
    return { i, score: nearest.reduce((sum, distance) => sum + distance, 0) };
  });
  return scored.sort((a, b) => a.score - b.score).map(({ i }) => i);
}
