import { learningError } from '../errors.ts';
import { compareSeeds, type SeedComparison } from '../statistics/compare-seeds.ts';
import type { SeedRecord, SimulationRecord } from './simulation-record.ts';

/** How much better, or worse, the second of two runs is. */
export interface RecordComparison extends SeedComparison {
  /** What was compared, at the end: accuracy and AUC up to 1, or mean loss. */
  readonly measure: 'accuracy' | 'auc' | 'loss';
  readonly baseline: number;
  readonly candidate: number;
  readonly verdict: 'candidate' | 'baseline' | 'none';
  /** One sentence. */
  readonly words: string;
}

const FEWEST_SEEDS = 2;

/**
 * Compares two simulations over the seeds that both have, in pairs: at the end, by AUC where both
 * have it, else accuracy, else loss. One is called better only when the 95% interval leaves out 0.
 * @throws {DdaiError} `RUNS_NOT_COMPARABLE` when tests differ or fewer than two seeds are shared.
 */
export function compareRecords(
  baseline: SimulationRecord,
  candidate: SimulationRecord,
): RecordComparison {
  if (baseline.testDigest !== candidate.testDigest || baseline.task !== candidate.task) {
    throw notComparable('they were measured on different test examples');
  }
  const others = new Map(candidate.seeds.map((record) => [record.seed, record]));
  const pairs = baseline.seeds.flatMap((record) => {
    const other = others.get(record.seed);
    return other === undefined ? [] : [[record, other] as const];
  });
  if (pairs.length < FEWEST_SEEDS) {
    throw notComparable(`they share ${pairs.length} seeds, an interval needs ${FEWEST_SEEDS}`);
  }
  const measure = measureOf(baseline.task, pairs.flat());
  const values = (side: 0 | 1): number[] => pairs.map((pair) => resultOf(pair[side], measure));
  const compared = compareSeeds(values(0), values(1));
  const { low, high } = compared.difference;
  const isHigher = low > 0 ? true : high < 0 ? false : undefined;
  const better = measure === 'loss' ? isHigher === false : isHigher === true;
  const verdict = isHigher === undefined ? 'none' : better ? 'candidate' : 'baseline';
  const mean = (side: 0 | 1): number => values(side).reduce((a, b) => a + b, 0) / pairs.length;
  const result = { ...compared, measure, baseline: mean(0), candidate: mean(1), verdict } as const;
  return { ...result, words: describe(result) };
}

function measureOf(
  task: SimulationRecord['task'],
  records: readonly SeedRecord[],
): RecordComparison['measure'] {
  if (task === 'number') return 'loss';
  return records.every(({ auc }) => auc !== undefined) ? 'auc' : 'accuracy';
}

function resultOf(record: SeedRecord, measure: RecordComparison['measure']): number {
  if (measure === 'auc') return record.auc as number;
  return (measure === 'loss' ? record.testLoss : record.accuracy).at(-1) as number;
}

const NAMES = { accuracy: 'points of accuracy', auc: 'points of AUC', loss: 'of loss' } as const;

function describe(result: Omit<RecordComparison, 'words'>): string {
  const { measure, verdict, seeds } = result;
  const { value, low, high } = result.difference;
  const scale = measure === 'loss' ? 1 : 100;
  const digits = measure === 'loss' ? 4 : 1;
  const show = (x: number): string => (x * scale).toFixed(digits).replace(/^-(0\.?0*)$/, '$1');
  if (verdict === 'none') {
    return `no difference shown: B − A is ${show(value)} ${NAMES[measure]} (95 % interval ${show(low)} to ${show(high)}, ${seeds} seeds)`;
  }
  const [from, to] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b) as [number, number];
  const name = verdict === 'candidate' ? 'B' : 'A';
  return `${name} is better by ${show(Math.abs(value))} ${NAMES[measure]} (95 % interval ${show(from)} to ${show(to)}, ${seeds} seeds)`;
}

function notComparable(why: string): Error {
  return learningError({
    code: 'RUNS_NOT_COMPARABLE',
    message: `the two runs can't be compared: ${why}`,
    remedy: 'Repeat both with the same data and the same --seeds, at least two.',
  });
}
