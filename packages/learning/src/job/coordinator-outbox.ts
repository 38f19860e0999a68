import { hexToBytes } from '@ddai/core';
import type { JobState, RoundState } from './job-state.ts';
import type { CoordinatorMessage, Member } from './messages.ts';
import type { ModelTransfer } from './model-transfer.ts';
import { answersOf, expectedOf } from './round-steps.ts';

/**
 * What a participant must have received to be able to answer in the current phase. After a reconnect
 * or a restart of either side all of it is sent again: receivers answer repetitions with the same
 * bytes.
 *
 * @param options.transfer gives the model for this participant; called only when it is sent.
 * @param options.isRepeat false when the phase has just begun and its messages follow those of the
 * phase before.
 */
export function messagesFor(options: {
  readonly state: JobState;
  readonly participantId: string;
  readonly transfer: () => ModelTransfer;
  readonly isRepeat: boolean;
}): CoordinatorMessage[] {
  const { state, participantId, transfer, isRepeat } = options;
  const { jobId } = state.terms;
  if (state.status === 'completed') {
    return [...lastInclusion(options), { type: 'jobCompleted', jobId, ...transfer() }];
  }
  if (state.status === 'failed') {
    return [{ type: 'jobFailed', jobId, reason: state.failure ?? '' }];
  }
  const { round } = state;
  const news = lastInclusion(options);
  if (round === undefined || round.left.has(participantId)) return news;
  if (!expectedOf(round).includes(participantId)) return news;
  if (answersOf(round).has(participantId)) return news;
  return [...news, ...phaseMessages({ jobId, round, participantId, transfer, isRepeat })];
}

/**
 * With error feedback a participant must know whether its last update is in a sum, also when it was
 * away as the round closed: so after a join it is told the last round that it is in.
 */
function lastInclusion(options: {
  readonly state: JobState;
  readonly participantId: string;
  readonly isRepeat: boolean;
}): CoordinatorMessage[] {
  const { state, participantId, isRepeat } = options;
  const { jobId, aggregation } = state.terms;
  if (!isRepeat || aggregation.errorFeedback !== true) return [];
  const last = state.closedRounds.findLast(({ survivors }) => survivors.includes(participantId));
  if (last === undefined) return [];
  const { roundId, survivors, modelHash } = last;
  return [{ type: 'roundClosed', jobId, roundId, survivors, modelHash }];
}

function phaseMessages(options: {
  readonly jobId: string;
  readonly round: RoundState;
  readonly participantId: string;
  readonly transfer: () => ModelTransfer;
  readonly isRepeat: boolean;
}): CoordinatorMessage[] {
  const { jobId, round, participantId, transfer, isRepeat } = options;
  const { roundId, number, survivors, sharers } = round;
  const cohort = (): CoordinatorMessage => ({
    type: 'cohort',
    jobId,
    roundId,
    members: round.members.map((member) => round.adverts.get(member) as Member),
    ...transfer(),
  });
  switch (round.phase) {
    case 'advertise':
      return [{ type: 'openRound', jobId, roundId, number }];
    case 'share':
      return [cohort()];
    case 'upload': {
      const shares = sharers
        .filter((from) => from !== participantId)
        .map((from) => ({
          from,
          ciphertext: hexToBytes(round.sealed.get(from)?.get(participantId) ?? ''),
        }));
      const deliver = { type: 'deliverShares', jobId, roundId, sharers, shares } as const;
      return isRepeat ? [cohort(), deliver] : [deliver];
    }
    case 'agree':
      return [{ type: 'proposeSurvivors', jobId, roundId, survivors }];
    case 'unmask': {
      const signatures = [...round.survivorSignatures].map(([signer, signature]) => ({
        participantId: signer,
        signature: hexToBytes(signature),
      }));
      // A survivor whose signature did not arrive in time must still sign before it may reveal.
      const propose = { type: 'proposeSurvivors', jobId, roundId, survivors } as const;
      const request = { type: 'requestUnmasking', jobId, roundId, survivors, signatures } as const;
      return isRepeat ? [propose, request] : [request];
    }
  }
}
