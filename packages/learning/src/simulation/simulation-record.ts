import { learningError } from '../errors.ts';

/** What one seed of a simulation came to. */
export interface SeedRecord {
  readonly seed: string;
  /** Mean training loss, and on the test examples mean loss and share that is right, by round. */
  readonly trainLoss: readonly number[];
  readonly testLoss: readonly number[];
  readonly accuracy: readonly number[];
  readonly refusedUpdates: number;
  /** Area under the ROC curve on the test examples at the end; only for two classes. */
  readonly auc?: number;
  readonly modelHash: string;
}

/** The result of `ddai learn simulate`, complete enough to be compared with another. */
export interface SimulationRecord {
  readonly format: typeof SIMULATION_FORMAT;
  /** As the command had them: plain values, for people. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** What is predicted; without classes there is no accuracy. */
  readonly task: 'class' | 'number';
  /** Two runs with the same digest were measured on the same test examples. */
  readonly testDigest: string;
  readonly testExamples: number;
  readonly seeds: readonly SeedRecord[];
  readonly bytesPerClientRound: number;
}

export const SIMULATION_FORMAT = 'ddai-simulation-1';

const MAX_SEEDS = 1_000;
const MAX_ROUNDS = 100_000;

/**
 * Reads a result that came from a file.
 * @throws {DdaiError} `RUNS_NOT_COMPARABLE` names the field.
 */
export function parseSimulationRecord(input: unknown, file: string): SimulationRecord {
  const record = asRecord(input, file, 'the file');
  if (record.format !== SIMULATION_FORMAT) refuse(file, 'format', `"${SIMULATION_FORMAT}"`);
  const { task, settings, testDigest, testExamples, bytesPerClientRound } = record;
  if (task !== 'class' && task !== 'number') refuse(file, 'task', 'class or number');
  if (typeof testDigest !== 'string') refuse(file, 'testDigest', 'text');
  const seeds = record.seeds;
  if (!Array.isArray(seeds) || seeds.length === 0 || seeds.length > MAX_SEEDS) {
    refuse(file, 'seeds', `a list of 1 to ${MAX_SEEDS}`);
  }
  return {
    format: SIMULATION_FORMAT,
    settings: asRecord(settings, file, 'settings') as SimulationRecord['settings'],
    task: task as 'class' | 'number',
    testDigest: testDigest as string,
    testExamples: asNumber(testExamples, file, 'testExamples'),
    seeds: (seeds as unknown[]).map((seed, i) => parseSeed(seed, file, `seeds[${i}]`)),
    bytesPerClientRound: asNumber(bytesPerClientRound, file, 'bytesPerClientRound'),
  };
}

function parseSeed(input: unknown, file: string, at: string): SeedRecord {
  const record = asRecord(input, file, at);
  const series = (field: 'trainLoss' | 'testLoss' | 'accuracy'): number[] => {
    const values = record[field];
    if (!Array.isArray(values) || values.length === 0 || values.length > MAX_ROUNDS) {
      refuse(file, `${at}.${field}`, `a list of 1 to ${MAX_ROUNDS} numbers`);
    }
    return (values as unknown[]).map((value) => asNumber(value, file, `${at}.${field}`));
  };
  if (typeof record.seed !== 'string') refuse(file, `${at}.seed`, 'text');
  if (typeof record.modelHash !== 'string') refuse(file, `${at}.modelHash`, 'text');
  return {
    seed: record.seed as string,
    trainLoss: series('trainLoss'),
    testLoss: series('testLoss'),
    accuracy: series('accuracy'),
    refusedUpdates: asNumber(record.refusedUpdates, file, `${at}.refusedUpdates`),
    ...(record.auc === undefined ? {} : { auc: asNumber(record.auc, file, `${at}.auc`) }),
    modelHash: record.modelHash as string,
  };
}

function asRecord(input: unknown, file: string, at: string): Readonly<Record<string, unknown>> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    refuse(file, at, 'an object');
  }
  return { __proto__: null, ...(input as object) } as unknown as Record<string, unknown>;
}

function asNumber(input: unknown, file: string, at: string): number {
  if (typeof input === 'number' && Number.isFinite(input)) return input;
  return refuse(file, at, 'a finite number');
}

function refuse(file: string, field: string, expected: string): never {
  throw learningError({
    code: 'RUNS_NOT_COMPARABLE',
    message: `${file}: ${field} must be ${expected}`,
    remedy: 'Give files that `ddai learn simulate --json FILE` wrote.',
    fields: { file, field },
  });
}
