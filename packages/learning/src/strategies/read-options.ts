import { learningError } from '../errors.ts';

/** What a setting of a strategy may be. */
export interface OptionRange {
  /** Must be given when there is none. */
  readonly default?: number;
  readonly low: number;
  readonly high: number;
  /** Only whole numbers. */
  readonly isWhole?: boolean;
  /** `low` itself is refused. */
  readonly isAbove?: boolean;
  /** `high` itself is refused. */
  readonly isBelow?: boolean;
}

/** The step that a server takes along the mean update, η_g in most papers. */
export const SERVER_RATE: OptionRange = { default: 1, low: 0, isAbove: true, high: 1000 };
/** How many updates of a round may be anything at all, f. */
export const FAULTY: OptionRange = { low: 0, high: 10_000, isWhole: true };

/**
 * Fills in defaults and checks every setting.
 * @throws {DdaiError} `STRATEGY_INVALID` names the setting: unknown, missing or out of range.
 */
export function readOptions<Name extends string>(
  strategy: string,
  ranges: Readonly<Record<Name, OptionRange>>,
  given: Readonly<Partial<Record<Name, number>>>,
): Readonly<Record<Name, number>> {
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(ranges, name)) continue;
    const known = Object.keys(ranges).join(', ') || 'none';
    throw invalid(`${strategy} has no setting "${name}"; it has: ${known}`, name);
  }
  const read = Object.entries<OptionRange>(ranges).map(([name, range]) => {
    const value = (given as Readonly<Record<string, number | undefined>>)[name] ?? range.default;
    if (!isWithin(value, range))
      throw invalid(`${strategy}: ${name} must be ${describe(range)}, found ${value}`, name);
    return [name, value];
  });
  return Object.fromEntries(read) as Record<Name, number>;
}

function isWithin(value: number | undefined, range: OptionRange): value is number {
  if (typeof value !== 'number' || !(value >= range.low && value <= range.high)) return false;
  if (range.isWhole === true && !Number.isInteger(value)) return false;
  const isAtOpenEnd =
    (range.isAbove === true && value === range.low) ||
    (range.isBelow === true && value === range.high);
  return !isAtOpenEnd;
}

function describe({ low, high, isWhole, isAbove, isBelow }: OptionRange): string {
  const kind = isWhole === true ? 'a whole number' : 'a number';
  return `${kind} ${isAbove === true ? 'above' : 'from'} ${low} to ${isBelow === true ? 'below ' : ''}${high}`;
}

function invalid(message: string, setting: string): Error {
  return learningError({
    code: 'STRATEGY_INVALID',
    message,
    remedy: 'Correct the setting and start again.',
    fields: { setting },
  });
}
