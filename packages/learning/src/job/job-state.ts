import { hexToBytes } from '@ddai/core';
import { learningError } from '../errors.ts';
import type { AbortReason, JobEvent, RoundMetrics, RoundPhase } from './job-events.ts';
import type { JobTerms } from './job-terms.ts';
import type { Member } from './messages.ts';
import type { RevealedShare } from './statements.ts';

/** A round in progress, as its events tell it. Maps keep the order in which answers came. */
export interface RoundState {
  readonly roundId: string;
  readonly number: number;
  readonly modelHash: string;
  readonly cohort: readonly string[];
  phase: RoundPhase;
  readonly adverts: Map<string, Member>;
  members: readonly string[];
  readonly sealed: Map<string, ReadonlyMap<string, string>>;
  sharers: readonly string[];
  readonly uploads: Map<string, { readonly payloadHash: string; readonly signature: string }>;
  survivors: readonly string[];
  readonly survivorSignatures: Map<string, string>;
  readonly revealed: Map<string, readonly RevealedShare[]>;
  /** Participants that said they can't go on: nobody waits for them. */
  readonly left: Set<string>;
}

/** A round that closed: who is to be paid for it. */
export interface ClosedRound {
  readonly roundId: string;
  readonly number: number;
  readonly survivors: readonly string[];
  readonly modelHash: string;
  readonly metrics: RoundMetrics;
}

/** Everything a coordinator knows of a job; only {@link applyJobEvent} changes it. */
export interface JobState {
  readonly terms: JobTerms;
  status: 'running' | 'completed' | 'failed';
  modelHash: string;
  /** Of what the last model delta left out; undefined without deltas and before the first. */
  residualHash: string | undefined;
  /** Operator of each participant that joined. */
  readonly participants: Map<string, string>;
  /** Who said once that its data does not fit; it may still join. */
  readonly declined: Set<string>;
  readonly closedRounds: ClosedRound[];
  round: RoundState | undefined;
  nextRoundNumber: number;
  abortsInARow: number;
  lastAbort: AbortReason | undefined;
  failure: string | undefined;
}

/** The state after the first event. */
export function createJobState(event: JobEvent): JobState {
  if (event.type !== 'jobCreated') throw outOfTurn(event, 'the first event must be jobCreated');
  return {
    terms: event.terms,
    status: 'running',
    modelHash: event.modelHash,
    residualHash: undefined,
    participants: new Map(),
    declined: new Set(),
    closedRounds: [],
    round: undefined,
    nextRoundNumber: 0,
    abortsInARow: 0,
    lastAbort: undefined,
    failure: undefined,
  };
}

/** The id of a job's round: unique, and recomputed by every participant. */
export function roundIdOf(jobId: string, number: number): string {
  return `${jobId}:round-${number}`;
}

/**
 * Changes `state` as `event` says.
 * @throws {DdaiError} `EVENT_LOG_BROKEN` when the event can't follow.
 */
export function applyJobEvent(state: JobState, event: JobEvent): void {
  if (state.status !== 'running') throw outOfTurn(event, 'the job has ended');
  switch (event.type) {
    case 'jobCreated':
      throw outOfTurn(event, 'the job was created before');
    case 'participantJoined':
      state.participants.set(event.participantId, event.operator);
      return;
    case 'participantDeclined':
      state.participants.delete(event.participantId);
      state.declined.add(event.participantId);
      state.round?.left.add(event.participantId);
      return;
    case 'roundOpened':
      openRound(state, event);
      return;
    case 'roundClosed': {
      const { roundId, number, survivors, modelHash, metrics } = event;
      inPhase(state, event, 'unmask');
      state.closedRounds.push({ roundId, number, survivors, modelHash, metrics });
      state.modelHash = modelHash;
      state.residualHash = event.residualHash;
      state.round = undefined;
      state.abortsInARow = 0;
      return;
    }
    case 'roundAborted':
      inPhase(state, event, event.phase);
      state.round = undefined;
      state.abortsInARow += 1;
      state.lastAbort = event.reason;
      return;
    case 'jobCompleted':
      state.status = 'completed';
      return;
    case 'jobFailed':
      state.status = 'failed';
      state.failure = event.reason;
      return;
    case 'keysAdvertised':
    case 'cohortFixed':
    case 'sharesSealed':
    case 'sharersFixed':
    case 'updateUploaded':
    case 'survivorsFixed':
    case 'survivorsSigned':
    case 'unmaskingOpened':
    case 'sharesRevealed':
    case 'memberLeft':
      applyRoundEvent(state, event);
      return;
    default:
      throw outOfTurn(event, 'its type is not known');
  }
}

type RoundEvent = Extract<
  JobEvent,
  {
    type:
      | 'keysAdvertised'
      | 'cohortFixed'
      | 'sharesSealed'
      | 'sharersFixed'
      | 'updateUploaded'
      | 'survivorsFixed'
      | 'survivorsSigned'
      | 'unmaskingOpened'
      | 'sharesRevealed'
      | 'memberLeft';
  }
>;

function applyRoundEvent(state: JobState, event: RoundEvent): void {
  switch (event.type) {
    case 'keysAdvertised': {
      const round = inPhase(state, event, 'advertise');
      const { participantId } = event;
      round.adverts.set(participantId, {
        participantId,
        operator: state.participants.get(participantId) ?? '',
        channelKey: hexToBytes(event.channelKey),
        maskKey: hexToBytes(event.maskKey),
        seedCommitment: hexToBytes(event.seedCommitment),
        signature: hexToBytes(event.signature),
      });
      return;
    }
    case 'cohortFixed': {
      const round = inPhase(state, event, 'advertise');
      round.members = event.members;
      round.phase = 'share';
      return;
    }
    case 'sharesSealed': {
      const round = inPhase(state, event, 'share');
      const sealed = new Map(event.shares.map(({ to, ciphertext }) => [to, ciphertext]));
      round.sealed.set(event.participantId, sealed);
      return;
    }
    case 'sharersFixed': {
      const round = inPhase(state, event, 'share');
      round.sharers = event.sharers;
      round.phase = 'upload';
      return;
    }
    case 'updateUploaded': {
      const round = inPhase(state, event, 'upload');
      const { participantId, payloadHash, signature } = event;
      round.uploads.set(participantId, { payloadHash, signature });
      return;
    }
    case 'survivorsFixed': {
      const round = inPhase(state, event, 'upload');
      round.survivors = event.survivors;
      round.phase = 'agree';
      return;
    }
    case 'survivorsSigned':
      inPhase(state, event, 'agree').survivorSignatures.set(event.participantId, event.signature);
      return;
    case 'unmaskingOpened':
      inPhase(state, event, 'agree').phase = 'unmask';
      return;
    case 'sharesRevealed': {
      const shares = event.shares.map(({ of, kind, share }) => ({
        of,
        kind,
        share: hexToBytes(share),
      }));
      inPhase(state, event, 'unmask').revealed.set(event.participantId, shares);
      return;
    }
    case 'memberLeft': {
      const round = state.round;
      if (round?.roundId !== event.roundId) throw outOfTurn(event, 'no such round is open');
      round.left.add(event.participantId);
    }
  }
}

function openRound(state: JobState, event: Extract<JobEvent, { type: 'roundOpened' }>): void {
  const { roundId, number, cohort, modelHash } = event;
  const expected = roundIdOf(state.terms.jobId, state.nextRoundNumber);
  if (state.round !== undefined) throw outOfTurn(event, 'another round is open');
  if (number !== state.nextRoundNumber || roundId !== expected)
    throw outOfTurn(event, `expected ${expected}`);
  if (modelHash !== state.modelHash) throw outOfTurn(event, 'it starts from another model');
  state.nextRoundNumber += 1;
  state.round = {
    roundId,
    number,
    modelHash,
    cohort,
    phase: 'advertise',
    adverts: new Map(),
    members: [],
    sealed: new Map(),
    sharers: [],
    uploads: new Map(),
    survivors: [],
    survivorSignatures: new Map(),
    revealed: new Map(),
    left: new Set(),
  };
}

function inPhase(
  state: JobState,
  event: JobEvent & { readonly roundId: string },
  phase: RoundPhase,
): RoundState {
  const { round } = state;
  if (round?.roundId !== event.roundId) throw outOfTurn(event, 'no such round is open');
  if (round.phase !== phase) throw outOfTurn(event, `the round is in phase ${round.phase}`);
  return round;
}

function outOfTurn(event: JobEvent, why: string): Error {
  return learningError({
    code: 'EVENT_LOG_BROKEN',
    message: `a ${event.type} event is out of turn: ${why}`,
    fields: { type: event.type },
  });
}
