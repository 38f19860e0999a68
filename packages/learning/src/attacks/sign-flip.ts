import type { Attack } from './attack.ts';
import { readStrength } from './read-strength.ts';

/**
 * Sign flipping (Li et al. 2019, RSA, section 5.2): sends −s times the honest update.
 *
 * @param options.scale s, above 0; default 1.
 * @throws {DdaiError} `ATTACK_INVALID`.
 */
export function createSignFlip(options: { readonly scale?: number } = {}): Attack {
  const scale = readStrength('sign-flip', 'scale', options.scale ?? 1);
  return ({ own }) => own.map((value) => -scale * value);
}
