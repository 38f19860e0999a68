/** Content that a node may fetch now: each piece of work adds its own right and takes it back. */
export interface Grants {
  add(sha256: string): void;
  remove(sha256: string): void;
  has(sha256: string): boolean;
}

export function createGrants(): Grants {
  const counts = new Map<string, number>();
  return {
    add: (sha256) => void counts.set(sha256, (counts.get(sha256) ?? 0) + 1),
    remove: (sha256) => {
      const left = (counts.get(sha256) ?? 0) - 1;
      if (left > 0) counts.set(sha256, left);
      else counts.delete(sha256);
    },
    has: (sha256) => counts.has(sha256),
  };
}
