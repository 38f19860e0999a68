import type { Targets } from './examples.ts';

/** Room for `length` targets of the kind that `targets` are: class indices, or numbers. */
export function sameTargets(targets: Targets, length: number): Targets {
  return targets instanceof Uint16Array ? new Uint16Array(length) : new Float32Array(length);
}
