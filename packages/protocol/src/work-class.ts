import { DdaiError } from '@ddai/core';

/** The kinds of paid work, with the numbers the contracts use. */
export const WORK_CLASSES = { query: 0, compute: 1, storage: 2, validation: 3 } as const;

export type WorkClassName = keyof typeof WORK_CLASSES;
export type WorkClass = (typeof WORK_CLASSES)[WorkClassName];

const NAMES = Object.keys(WORK_CLASSES) as WorkClassName[];

/** @throws {DdaiError} `WORK_CLASS_UNKNOWN` for a number that no class has. */
export function workClassName(workClass: number): WorkClassName {
  const name = NAMES.find((candidate) => WORK_CLASSES[candidate] === workClass);
  if (name === undefined) {
    throw new DdaiError({
      code: 'WORK_CLASS_UNKNOWN',
      message: `no work class has the number ${workClass}`,
    });
  }
  return name;
}
