import type { Attack } from './attack.ts';
import { readStrength } from './read-strength.ts';

/**
 * Inner product manipulation (Xie, Koyejo and Gupta 2020, section 4): all attackers send −ε times
 * the mean of the honest updates. A small ε passes for honest and still turns the aggregate round.
 *
 * @param options.epsilon ε, above 0; default 0.5.
 * @throws {DdaiError} `ATTACK_INVALID`.
 */
export function createInnerProduct(options: { readonly epsilon?: number } = {}): Attack {
  const epsilon = readStrength('inner-product', 'epsilon', options.epsilon ?? 0.5);
  return ({ own, known }) =>
    own.map((_, at) => {
      let sum = 0;
      for (const update of known) sum += update[at] as number;
      return (-epsilon * sum) / known.length;
    });
}
