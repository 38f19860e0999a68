import { learningError } from '../errors.ts';

/** @throws {DdaiError} `ATTACK_INVALID` unless `value` is a finite number above 0. */
export function readStrength(attack: string, setting: string, value: number): number {
  if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) return value;
  throw learningError({
    code: 'ATTACK_INVALID',
    message: `${attack}: ${setting} must be a number above 0, found ${value}`,
    remedy: 'Correct the setting.',
    fields: { attack, setting },
  });
}
