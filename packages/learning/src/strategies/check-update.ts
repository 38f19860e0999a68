import type { LearningErrorCode } from '../errors.ts';
import type { ClientUpdate } from './strategy.ts';

/** What a server knows about the updates it may take. */
export interface UpdateIntake {
  readonly participants: ReadonlySet<string>;
  /** Entries of an update. */
  readonly parameters: number;
  /** Most examples that a participant may claim: in a mean by examples a claim is power. */
  readonly maxExamples: number;
  /** Most optimiser steps that so many examples and the agreed training can take. */
  readonly maxSteps: number;
  readonly hasControls: boolean;
  /** How often the model has changed so far. */
  readonly version: number;
  /** By how many changes the model of an update may be behind: 0 but for FedBuff. */
  readonly maxStaleness: number;
  /** {@link updateKey} of every update taken so far in this job; kept with the server's state. */
  readonly taken: ReadonlySet<string>;
}

/** Why an update was refused; the round goes on. */
export type UpdateRefusalCode = Extract<LearningErrorCode, `UPDATE_${string}`>;

export type UpdateVerdict =
  | { readonly isTaken: true; readonly key: string }
  | { readonly isTaken: false; readonly code: UpdateRefusalCode; readonly reason: string };

/** One participant trains once from one version of the model. */
export function updateKey(update: Pick<ClientUpdate, 'participantId' | 'baseVersion'>): string {
  return `${update.baseVersion}/${update.participantId}`;
}

/**
 * Judges an update that is not under a mask, before it can touch anything. `from` is whom the
 * transport proved the sender to be. Cheap checks come first; the values are read last.
 */
export function checkUpdate(
  intake: UpdateIntake,
  from: string,
  update: ClientUpdate,
): UpdateVerdict {
  const { participants, parameters, version, maxStaleness, taken, hasControls } = intake;
  const { participantId, baseVersion, examples, steps, delta, controlDelta } = update;
  if (participantId !== from || !participants.has(from))
    return refuse('UPDATE_PARTICIPANT_UNKNOWN', 'its sender takes no part under this name');
  if (!isCount(baseVersion, 0, version))
    return refuse('UPDATE_VERSION_UNKNOWN', `there was no model of version ${baseVersion}`);
  const key = updateKey(update);
  if (taken.has(key)) {
    return baseVersion === version
      ? refuse('UPDATE_DUPLICATE', 'this participant sent one for this model already')
      : refuse('UPDATE_REPLAYED', `it was taken for version ${baseVersion} already`);
  }
  if (version - baseVersion > maxStaleness)
    return refuse('UPDATE_LATE', `it is for version ${baseVersion}, the model is at ${version}`);
  if (!isCount(examples, 1, intake.maxExamples))
    return refuse('UPDATE_COUNT_ABSURD', countText('examples', examples, intake.maxExamples));
  if (!isCount(steps, 1, intake.maxSteps))
    return refuse('UPDATE_COUNT_ABSURD', countText('steps', steps, intake.maxSteps));
  if ((controlDelta !== undefined) !== hasControls)
    return refuse(
      'UPDATE_WRONG_SHAPE',
      hasControls ? 'control delta missing' : 'one vector too many',
    );
  for (const vector of controlDelta === undefined ? [delta] : [delta, controlDelta]) {
    if (!(vector instanceof Float32Array) || vector.length !== parameters)
      return refuse('UPDATE_WRONG_SHAPE', `expected ${parameters} single-precision numbers`);
    const at = vector.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return refuse('UPDATE_NOT_FINITE', `entry ${at} is ${vector[at]}`);
  }
  return { isTaken: true, key };
}

function isCount(value: number, low: number, high: number): boolean {
  return Number.isInteger(value) && value >= low && value <= high;
}

function countText(what: string, found: number, most: number): string {
  return `${what} must be a whole number from 1 to ${most}, found ${found}`;
}

function refuse(code: UpdateRefusalCode, reason: string): UpdateVerdict {
  return { isTaken: false, code, reason };
}
