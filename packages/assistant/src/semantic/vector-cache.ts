const FLOAT_BYTES = 4;

/** Vectors by passage number, within a bound of memory; the least recently used go first. */
export interface VectorCache {
  get(passage: number): Float32Array | undefined;
  set(passage: number, vector: Float32Array): void;
}

/** @param options.bytes what the vectors may take; at least one is kept. */
export function createVectorCache(options: {
  readonly bytes: number;
  readonly dimensions: number;
}): VectorCache {
  const most = Math.max(1, Math.floor(options.bytes / (options.dimensions * FLOAT_BYTES)));
  const kept = new Map<number, Float32Array>();
  return {
    get(passage) {
      const vector = kept.get(passage);
      if (vector === undefined) return undefined;
      kept.delete(passage);
      kept.set(passage, vector);
      return vector;
    },
    set(passage, vector) {
      kept.delete(passage);
      kept.set(passage, vector);
      for (const oldest of kept.keys()) {
        if (kept.size <= most) break;
        kept.delete(oldest);
      }
    },
  };
}
