/**
 * Looks at one coordinate of n updates at a time: their values in ascending order, with whose they
 * are. Equal values are in the order of the updates, so equal inputs give equal bits.
 */
export interface CoordinateRanks {
  /** `values[rank]`, ascending, after {@link CoordinateRanks.sort}. */
  readonly values: Float32Array;
  /** `owners[rank]`: the place of the update among the vectors. */
  readonly owners: Uint16Array;
  /** Sorts coordinate `at`. */
  readonly sort: (at: number) => void;
}

/** Insertion sort: n is a cohort, and nothing is allocated per coordinate. */
export function createCoordinateRanks(vectors: readonly Float32Array[]): CoordinateRanks {
  const values = new Float32Array(vectors.length);
  const owners = new Uint16Array(vectors.length);
  return {
    values,
    owners,
    sort: (at) => {
      for (const [owner, vector] of vectors.entries()) {
        const value = vector[at] as number;
        let place = owner;
        for (; place > 0 && (values[place - 1] as number) > value; place--) {
          values[place] = values[place - 1] as number;
          owners[place] = owners[place - 1] as number;
        }
        values[place] = value;
        owners[place] = owner;
      }
    },
  };
}

/**
 * Mean of coordinate `at` over the owners at ranks `from` to below `to`. It adds in the order of the
 * updates, not of the ranks: with all ranks it is the plain mean to the last bit.
 *
 * @param isKept scratch space, one entry an update.
 */
export function meanOfRanks(options: {
  readonly vectors: readonly Float32Array[];
  readonly at: number;
  readonly owners: Uint16Array;
  readonly from: number;
  readonly to: number;
  readonly isKept: Uint8Array;
}): number {
  const { vectors, at, owners, from, to, isKept } = options;
  isKept.fill(0);
  for (let rank = from; rank < to; rank++) isKept[owners[rank] as number] = 1;
  let sum = 0;
  for (let owner = 0; owner < vectors.length; owner++)
    if (isKept[owner] === 1) sum += (vectors[owner] as Float32Array)[at] as number;
  return sum / (to - from);
}
