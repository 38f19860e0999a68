import type { Attack } from './attack.ts';
import { normalQuantile } from './normal-quantile.ts';

/**
 * "A little is enough" (Baruch, Baruch and Goldberg 2019, algorithm 3): all attackers send
 * μ − z σ per coordinate, with mean and deviation of the updates they know. z is the largest shift
 * that still leaves enough honest updates farther out than the attackers:
 * Φ(z) = (n − f − s) / (n − f) with s = ⌊n/2 + 1⌋ − f.
 *
 * @param options.shift z, if it is not to be computed.
 */
export function createLittleIsEnough(options: { readonly shift?: number } = {}): Attack {
  return ({ own, known, participants, faulty }) => {
    const shift = options.shift ?? largestShift(participants, faulty);
    return own.map((_, at) => {
      let sum = 0;
      for (const update of known) sum += update[at] as number;
      const mean = sum / known.length;
      let squares = 0;
      for (const update of known) squares += ((update[at] as number) - mean) ** 2;
      return mean - shift * Math.sqrt(squares / known.length);
    });
  };
}

/** z for n participants and f attackers; 0 where the attackers are too few to hide. */
function largestShift(participants: number, faulty: number): number {
  const honest = participants - faulty;
  const supporters = Math.floor(participants / 2 + 1) - faulty;
  const share = (honest - supporters) / honest;
  // A share of 1 or more: the attackers are the majority and need no supporter.
  return share >= 1 ? normalQuantile(1 - 1 / (2 * honest)) : Math.max(0, normalQuantile(share));
}
