import { learningError } from '../errors.ts';
import type { Attack } from './attack.ts';
import { createInnerProduct } from './inner-product.ts';
import { createLargeNoise } from './large-noise.ts';
import { createLittleIsEnough } from './little-is-enough.ts';
import { createNotANumber } from './not-a-number.ts';
import { createSameValue } from './same-value.ts';
import { createSignFlip } from './sign-flip.ts';

const ATTACKS: Readonly<Record<string, () => Attack>> = {
  'sign-flip': createSignFlip,
  'large-noise': createLargeNoise,
  'little-is-enough': createLittleIsEnough,
  'inner-product': createInnerProduct,
  'same-value': createSameValue,
  'not-a-number': createNotANumber,
};

/** Attacks on an update; label flipping is one on data, see `flipLabels`. */
export const ATTACK_NAMES: readonly string[] = Object.keys(ATTACKS);

/**
 * An attack by name, at its paper's strength.
 * @throws {DdaiError} `ATTACK_INVALID` on an unknown name.
 */
export function createAttack(name: string): Attack {
  const create = Object.hasOwn(ATTACKS, name) ? ATTACKS[name] : undefined;
  if (create !== undefined) return create();
  throw learningError({
    code: 'ATTACK_INVALID',
    message: `there is no attack "${name.slice(0, 40)}"`,
    remedy: `Choose one of ${ATTACK_NAMES.join(', ')}.`,
    fields: { setting: 'attack' },
  });
}
