import { learningError } from '../errors.ts';
import type { Loss } from '../network/loss.ts';
import type { Targets } from './examples.ts';

/** @throws {DdaiError} `EXAMPLES_INVALID` names the row and what was expected. */
export function checkTargets(options: {
  readonly targets: Targets;
  readonly rows: number;
  readonly outputs: number;
  readonly loss: Loss;
}): void {
  const { targets, rows, outputs, loss } = options;
  const isClass = loss === 'softmax-cross-entropy';
  if (isClass !== targets instanceof Uint16Array)
    throw invalid(
      isClass ? 'class indices in a Uint16Array' : 'numbers in a Float32Array',
      `this model's targets are of another type`,
    );
  const expected = isClass ? rows : rows * outputs;
  if (targets.length !== expected)
    throw invalid(`${expected} targets`, `there are ${targets.length}`);
  const [low, high, range] = isClass
    ? [0, outputs - 1, `a class from 0 to ${outputs - 1}`]
    : loss === 'binary-cross-entropy'
      ? [0, 1, 'a number from 0 to 1']
      : [-Number.MAX_VALUE, Number.MAX_VALUE, 'a finite number'];
  for (let i = 0; i < targets.length; i++) {
    const target = targets[i] as number;
    if (target >= low && target <= high) continue;
    const row = isClass ? i : Math.floor(i / outputs);
    throw invalid(range, `the target of row ${row} is ${target}`, row);
  }
}

function invalid(expected: string, found: string, row?: number): Error {
  return learningError({
    code: 'EXAMPLES_INVALID',
    message: `training data: ${found}; expected ${expected}`,
    remedy: 'Correct the labels, or choose the model that was made for them.',
    fields: row === undefined ? {} : { row },
  });
}
