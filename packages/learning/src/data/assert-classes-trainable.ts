import { learningError } from '../errors.ts';

/**
 * Refuses examples from which no classifier can be trained: only one class occurs, or a class that
 * occurs has fewer than `minPerClass` examples (default 2: one to learn, one to check).
 * @throws {DdaiError} `TABLE_ONE_CLASS` or `TABLE_CLASS_TOO_SMALL` names the classes.
 */
export function assertClassesTrainable(options: {
  readonly file: string;
  /** Name of each class, in the order of its index. */
  readonly classes: readonly string[];
  readonly targets: ArrayLike<number>;
  readonly minPerClass?: number;
}): void {
  const { file, classes, targets, minPerClass = 2 } = options;
  const counts = countClasses(targets, classes.length);
  const present = classes.filter((_, index) => (counts[index] as number) > 0);
  if (present.length < 2) {
    throw learningError({
      code: 'TABLE_ONE_CLASS',
      message: `${file}: every row has the class "${present[0] ?? ''}"`,
      remedy: 'A classifier needs rows of at least two classes.',
      fields: { file },
    });
  }
  const small = present.filter((name) => (counts[classes.indexOf(name)] as number) < minPerClass);
  if (small.length === 0) return;
  throw learningError({
    code: 'TABLE_CLASS_TOO_SMALL',
    message: `${file}: fewer than ${minPerClass} rows of class ${small
      .slice(0, 5)
      .map((name) => `"${name}"`)
      .join(', ')}${small.length > 5 ? ` and ${small.length - 5} more` : ''}`,
    remedy: 'Add rows of these classes, merge them into others, or remove them.',
    fields: { file, classes: small.length },
  });
}

/** How many rows each class has. */
export function countClasses(targets: ArrayLike<number>, classes: number): Uint32Array {
  const counts = new Uint32Array(classes);
  for (let row = 0; row < targets.length; row++) {
    const target = targets[row] as number;
    counts[target] = (counts[target] as number) + 1;
  }
  return counts;
}
