import { learningError } from '../errors.ts';
import type { NamedState } from './named-state.ts';
import type { Aggregated, ClientUpdate, Strategy } from './strategy.ts';
import { sortUpdates, sumUpdates } from './weighted-sum.ts';

/**
 * One step of a server that sees its updates. Their order does not matter. Updates are expected to
 * have passed `checkUpdate`; what slipped by is refused here and changes nothing.
 *
 * @throws {DdaiError} `STRATEGY_TOO_FEW_UPDATES`; `UPDATE_WRONG_SHAPE`, `UPDATE_NOT_FINITE`,
 * `UPDATE_DUPLICATE`; `STRATEGY_STATE_MALFORMED` when the state is of another model.
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
    assertVector(update, update.delta, weights.length);
    if (update.controlDelta !== undefined)
      assertVector(update, update.controlDelta, weights.length);
    else if (strategy.hasControls)
      throw refused('UPDATE_WRONG_SHAPE', update, 'has no control delta');
  }
  const input = { weights, state, version };
  return strategy.sees === 'weighted-sum'
    ? strategy.aggregate({ ...input, sum: sumUpdates(updates) })
    : strategy.aggregate({ ...input, updates });
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

function refused(
  code: 'UPDATE_DUPLICATE' | 'UPDATE_WRONG_SHAPE' | 'UPDATE_NOT_FINITE',
  { participantId }: ClientUpdate,
  why: string,
): Error {
  const message = `the update of ${participantId} ${why}`;
  return learningError({ code, message, fields: { participantId } });
}
