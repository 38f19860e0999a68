import { learningError } from '../errors.ts';
import type { LossName } from './model-spec.ts';

/**
 * Refuses targets that a loss can't be worked out for: a class index that is not below `outputs`,
 * something other than 0 and 1, or a number that is not finite.
 * @throws {DdaiError} `EXAMPLES_INVALID` names the row, counted from 1.
 */
export function checkTargets(
  targets: Uint16Array | Float32Array,
  { loss, outputs }: { readonly loss: LossName; readonly outputs: number },
): void {
  if (targets.length === 0)
    throw learningError({
      code: 'EXAMPLES_INVALID',
      message: 'there is no example to train or evaluate on',
      remedy: 'Give at least one row.',
    });
  const limits = loss === 'binary-cross-entropy' ? 2 : outputs;
  const row = targets.findIndex((target) =>
    loss === 'squared-error'
      ? !Number.isFinite(target)
      : !(Number.isInteger(target) && target >= 0 && target < limits),
  );
  if (row === -1) return;
  const expected =
    loss === 'squared-error' ? 'a finite number' : `a whole number from 0 to ${limits - 1}`;
  throw learningError({
    code: 'EXAMPLES_INVALID',
    message: `row ${row + 1}: the target is ${targets[row]}, expected ${expected}`,
    remedy: 'Correct the row, or the number of outputs in the model spec.',
    fields: { row: row + 1 },
  });
}
