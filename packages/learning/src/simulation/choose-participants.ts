import { createSeededRandom } from '@ddai/core';

/** `count` of `participants` numbers by seed, ascending: a sum over them has one order. */
export function chooseParticipants(options: {
  readonly participants: number;
  readonly count: number;
  readonly seed: string;
}): number[] {
  const { participants, count, seed } = options;
  if (count >= participants) return Array.from({ length: participants }, (_, i) => i);
  const random = createSeededRandom(seed);
  // The first steps of a Fisher-Yates shuffle over places that hold their own number until moved.
  const moved = new Map<number, number>();
  const chosen: number[] = [];
  for (let i = 0; i < count; i++) {
    const j = i + random.below(participants - i);
    chosen.push(moved.get(j) ?? j);
    moved.set(j, moved.get(i) ?? i);
  }
  return chosen.sort((a, b) => a - b);
}
