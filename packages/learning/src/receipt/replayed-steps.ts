import { hexToBytes } from '@ddai/core';
import type { JobEvent } from '../job/job-events.ts';
import type { JobState } from '../job/job-state.ts';
import { nextStep } from '../job/round-steps.ts';

/** Ends the check with `reason` unless `condition` holds. */
export function expect(condition: unknown, reason: string): asserts condition {
  if (!condition) throw new Error(reason);
}

/** The event that the rules force at this point, if `event` is of that kind. */
export function forcedBy(state: JobState, event: JobEvent): JobEvent | undefined {
  switch (event.type) {
    case 'roundOpened':
    case 'cohortFixed':
    case 'sharersFixed':
    case 'survivorsFixed':
    case 'unmaskingOpened':
    case 'jobCompleted':
      break;
    case 'roundAborted':
      // Shares that recover nothing abort a round that would otherwise be unmasked.
      if (event.reason === 'SHARES_UNRECOVERABLE') return undefined;
      break;
    case 'jobFailed':
      if (event.reason === 'CANCELLED') return undefined;
      break;
    case 'jobCreated':
    case 'participantJoined':
    case 'participantDeclined':
    case 'keysAdvertised':
    case 'sharesSealed':
    case 'updateUploaded':
    case 'survivorsSigned':
    case 'sharesRevealed':
    case 'memberLeft':
    case 'roundClosed':
      return undefined;
  }
  const present = new Set(event.type === 'roundOpened' ? event.cohort : []);
  const step = nextStep(state, { present, presumed: new Set(), isLate: true });
  expect(step.kind === 'record', 'no step was due');
  return step.event;
}

/** The message that an event records, to be judged again as it was when it came. */
export function messageOf(input: {
  readonly state: JobState;
  readonly event: JobEvent;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  readonly termsHash: string;
}): { readonly participantId: string; readonly message: unknown } | undefined {
  const { state, event, blobs, termsHash } = input;
  const { jobId } = state.terms;
  if (!('participantId' in event)) return undefined;
  const { participantId } = event;
  switch (event.type) {
    case 'participantJoined': {
      const { operator } = event;
      const signature = hexToBytes(event.signature);
      return { participantId, message: { type: 'join', jobId, termsHash, operator, signature } };
    }
    case 'participantDeclined':
      return undefined;
    case 'keysAdvertised':
      return {
        participantId,
        message: {
          type: 'keyAdvert',
          jobId,
          roundId: event.roundId,
          channelKey: hexToBytes(event.channelKey),
          maskKey: hexToBytes(event.maskKey),
          seedCommitment: hexToBytes(event.seedCommitment),
          signature: hexToBytes(event.signature),
        },
      };
    case 'sharesSealed': {
      const shares = event.shares.map(({ to, ciphertext }) => ({
        to,
        ciphertext: hexToBytes(ciphertext),
      }));
      return {
        participantId,
        message: { type: 'sealedShares', jobId, roundId: event.roundId, shares },
      };
    }
    case 'updateUploaded': {
      const payload = blobs.get(event.payloadHash);
      expect(payload !== undefined, 'its payload is missing');
      const signature = hexToBytes(event.signature);
      const { roundId } = event;
      return {
        participantId,
        message: { type: 'maskedUpdate', jobId, roundId, payload, signature },
      };
    }
    case 'survivorsSigned': {
      const signature = hexToBytes(event.signature);
      const { roundId } = event;
      return { participantId, message: { type: 'survivorsSignature', jobId, roundId, signature } };
    }
    case 'sharesRevealed': {
      const shares = event.shares.map(({ of, kind, share }) => ({
        of,
        kind,
        share: hexToBytes(share),
      }));
      const signature = hexToBytes(event.signature);
      const { roundId } = event;
      return {
        participantId,
        message: { type: 'revealedShares', jobId, roundId, shares, signature },
      };
    }
    case 'memberLeft': {
      const { roundId, code } = event;
      return { participantId, message: { type: 'leaveRound', jobId, roundId, code } };
    }
  }
}
