import type { Attack } from './attack.ts';
import { readStrength } from './read-strength.ts';

/**
 * Same-value attack (Li et al. 2019, RSA, section 5.1): every coordinate of every attacker's update
 * is one number.
 *
 * @param options.value above 0; default 100.
 * @throws {DdaiError} `ATTACK_INVALID`.
 */
export function createSameValue(options: { readonly value?: number } = {}): Attack {
  const value = readStrength('same-value', 'value', options.value ?? 100);
  return ({ own }) => new Float32Array(own.length).fill(value);
}
