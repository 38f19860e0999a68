import { learningError } from '../errors.ts';

/**
 * Label flipping (Fang et al. 2020, section 5.1.2): label y of L becomes L − 1 − y. The participant
 * then trains honestly, on data that teach the opposite.
 *
 * @returns a new array.
 * @throws {DdaiError} `ATTACK_INVALID` when a target is not below `labels`.
 */
export function flipLabels(targets: Uint16Array, labels: number): Uint16Array {
  const wrong = targets.find((target) => target >= labels);
  if (wrong !== undefined) {
    throw learningError({
      code: 'ATTACK_INVALID',
      message: `label-flip: target ${wrong} of ${labels} labels`,
      fields: { target: wrong, labels },
    });
  }
  return targets.map((target) => labels - 1 - target);
}
