import { learningError } from '../errors.ts';
import type { UpdateRefusalCode } from './check-update.ts';
import type { NamedState } from './named-state.ts';
import type { Aggregated, ClientUpdate, Strategy } from './strategy.ts';
import { sortUpdates, sumUpdates } from './weighted-sum.ts';

/**
 * One step of a server that sees its updates. Their order does not matter. Updates are expected to
 * have passed `checkUpdate`; what slipped by is refused here and changes nothing.
 *
 * @throws {DdaiError} `STRATEGY_TOO_FEW_UPDATES`; `UPDATE_WRONG_SHAPE`, `UPDATE_NOT_FINITE`,
 * `UPDATE_DUPLICATE`, `UPDATE_COUNT_ABSURD`, `UPDATE_VERSION_UNKNOWN`; `STRATEGY_STATE_MALFORMED`
 * when the state is of another model; `TRAINING_DIVERGED` when a weight left the range of numbers.
 */
export function aggregateRound(options: {
  readonly strategy: Strategy;
  readonly weights: Float32Array;
  readonly state: NamedState;
  /** How often the model has changed so far. */
  readonly version: number;
  readonly updates: readonly ClientUpdate[];
}): Aggregated {
  const { strategy, weights, state, version } = options;
  const updates = sortUpdates(options.updates);
  assertEnoughUpdates(strategy, updates.length);
  for (const [i, update] of updates.entries()) {
    const previous = updates[i - 1];
    if (
      previous?.participantId === update.participantId &&
      previous.baseVersion === update.baseVersion
    )
      throw refused('UPDATE_DUPLICATE', update, 'is there twice');
    if (!(update.examples > 0 && update.examples < Number.POSITIVE_INFINITY))
      throw refused('UPDATE_COUNT_ABSURD', update, `claims ${update.examples} examples`);
    if (!(update.baseVersion >= 0 && update.baseVersion <= version))
      throw refused('UPDATE_VERSION_UNKNOWN', update, `is for version ${update.baseVersion}`);
    assertVector(update, update.delta, weights.length);
    if (update.controlDelta !== undefined)
      assertVector(update, update.controlDelta, weights.length);
    else if (strategy.hasControls)
      throw refused('UPDATE_WRONG_SHAPE', update, 'has no control delta');
  }
  const input = { weights, state, version };
  const next =
    strategy.sees === 'weighted-sum'
      ? strategy.aggregate({ ...input, sum: sumUpdates(updates) })
      : strategy.aggregate({ ...input, updates });
  if (next.weights.every(Number.isFinite)) return next;
  throw learningError({
    code: 'TRAINING_DIVERGED',
    message: `${strategy.name} would lead to a weight that is not a finite number`,
    remedy: 'Lower the rates of server or participants.',
    fields: { strategy: strategy.name },
  });
}

/** @throws {DdaiError} `STRATEGY_TOO_FEW_UPDATES`. */
export function assertEnoughUpdates(
  strategy: Pick<Strategy, 'name' | 'fewestUpdates'>,
  updates: number,
): void {
  const { name, fewestUpdates } = strategy;
  if (updates >= fewestUpdates) return;
  throw learningError({
    code: 'STRATEGY_TOO_FEW_UPDATES',
    message: `${name} needs ${fewestUpdates} updates in a round, there are ${updates}`,
    remedy: 'Admit more participants, or plan for fewer faulty ones.',
    fields: { strategy: name, needed: fewestUpdates, updates },
  });
}

function assertVector(update: ClientUpdate, vector: Float32Array, length: number): void {
  if (vector.length !== length) {
    const text = `has ${vector.length} entries, the model ${length}`;
    throw refused('UPDATE_WRONG_SHAPE', update, text);
  }
  if (!vector.every(Number.isFinite))
    throw refused('UPDATE_NOT_FINITE', update, 'holds a value that is not a finite number');
}

function refused(code: UpdateRefusalCode, { participantId }: ClientUpdate, why: string): Error {
  const message = `the update of ${participantId} ${why}`;
  return learningError({ code, message, fields: { participantId } });
}
