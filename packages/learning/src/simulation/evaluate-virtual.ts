import type { SimulationPool } from './simulation-tasks.ts';

/** Pieces of a test; the same however many threads there are, so sums have one order. */
const ROWS_A_TASK = 512;

/**
 * Measures the model at `base` on the test examples.
 * @param options.participants measure it as these use it, with tensors of their own; the result is
 * the mean over them.
 */
export async function evaluateVirtual(options: {
  readonly pool: SimulationPool;
  readonly base: number;
  readonly testRows: number;
  readonly participants?: readonly number[];
}): Promise<{ readonly testLoss: number; readonly accuracy: number }> {
  const { pool, base, testRows, participants } = options;
  const tasks = (participants ?? [undefined]).flatMap((participant) =>
    Array.from({ length: Math.ceil(testRows / ROWS_A_TASK) }, (_, i) => ({
      base,
      from: i * ROWS_A_TASK,
      to: Math.min((i + 1) * ROWS_A_TASK, testRows),
      ...(participant === undefined ? {} : { participant }),
    })),
  );
  const results = await Promise.all(tasks.map((task) => pool.evaluate(task)));
  let [examples, lossSum, correct] = [0, 0, 0];
  for (const result of results) {
    examples += result.examples;
    lossSum += result.lossSum;
    correct += result.correct;
  }
  return { testLoss: lossSum / examples, accuracy: correct / examples };
}
