import { bytesToHex, isDdaiError } from '@ddai/core';
import type { CryptoSuite } from '../secure/crypto-suite.ts';
import type { JobEvent, RoundPhase } from './job-events.ts';
import type { JobState, RoundState } from './job-state.ts';
import type { ParticipantMessage, RefusalCode } from './messages.ts';
import { parseParticipantMessage } from './parse-messages.ts';
import { uploadLength } from './payload-sizes.ts';
import { answersOf, expectedOf } from './round-steps.ts';
import {
  advertStatement,
  joinStatement,
  revealStatement,
  survivorsStatement,
  uploadStatement,
  type VerifySignature,
} from './statements.ts';

/** Names the operator that a participant is registered under; undefined when it is not. */
export type OperatorOf = (
  participantId: string,
) => Promise<string | undefined> | string | undefined;

/** What becomes of a message. */
export type Verdict =
  | { readonly kind: 'refuse'; readonly code: RefusalCode; readonly of: string }
  /** The participant is there; its join is on record. */
  | { readonly kind: 'present' }
  | {
      readonly kind: 'record';
      readonly event: JobEvent;
      readonly blob?: { readonly hash: string; readonly bytes: Uint8Array };
    };

export interface IntakeContext {
  readonly suite: CryptoSuite;
  readonly termsHash: string;
  readonly verify: VerifySignature;
  readonly operatorOf: OperatorOf;
}

/** In which phase each kind of message belongs. */
const PHASE_OF: Record<
  'keyAdvert' | 'sealedShares' | 'maskedUpdate' | 'survivorsSignature' | 'revealedShares',
  RoundPhase
> = {
  keyAdvert: 'advertise',
  sealedShares: 'share',
  maskedUpdate: 'upload',
  survivorsSignature: 'agree',
  revealedShares: 'unmask',
};
const PHASES: readonly RoundPhase[] = ['advertise', 'share', 'upload', 'agree', 'unmask'];

/** Judges a message from an untrusted participant against the state; changes nothing. */
export async function judgeMessage(
  context: IntakeContext,
  state: JobState,
  received: { readonly participantId: string; readonly message: unknown },
): Promise<Verdict> {
  const { participantId } = received;
  let message: ParticipantMessage;
  try {
    const maxPayloadBytes = uploadLength(state.terms);
    message = parseParticipantMessage(received.message, { maxPayloadBytes });
  } catch (error) {
    if (!isDdaiError(error)) throw error;
    return { kind: 'refuse', code: 'MALFORMED', of: '' };
  }
  const refuse = (code: RefusalCode): Verdict => ({ kind: 'refuse', code, of: message.type });
  if (message.jobId !== state.terms.jobId) return refuse('UNKNOWN_JOB');
  if (message.type === 'join') return judgeJoin(context, state, { participantId, message });
  if (state.status !== 'running') return refuse('JOB_ENDED');
  if (message.type === 'decline') {
    // Whoever never joined has nothing to withdraw; its report is still of use to the operator.
    if (state.declined.has(participantId)) return refuse('DUPLICATE');
    const operator = await context.operatorOf(participantId);
    if (operator === undefined || !state.terms.operators.includes(operator))
      return refuse('OPERATOR_NOT_ALLOWED');
    const { problems } = message;
    return { kind: 'record', event: { type: 'participantDeclined', participantId, problems } };
  }
  if (!state.participants.has(participantId)) return refuse('UNKNOWN_PARTICIPANT');
  const { round } = state;
  if (round?.roundId !== message.roundId) return refuse('UNKNOWN_ROUND');
  if (message.type === 'leaveRound') {
    if (!round.cohort.includes(participantId)) return refuse('NOT_A_MEMBER');
    if (round.left.has(participantId)) return refuse('DUPLICATE');
    const { roundId, code } = message;
    return { kind: 'record', event: { type: 'memberLeft', roundId, participantId, code } };
  }
  const phase = PHASE_OF[message.type];
  const order = PHASES.indexOf(phase) - PHASES.indexOf(round.phase);
  if (!expectedOf(round).includes(participantId)) return refuse('NOT_A_MEMBER');
  if (order !== 0) return refuse(order < 0 ? 'LATE' : 'EARLY');
  if (answersOf(round).has(participantId)) return refuse('DUPLICATE');
  if (round.left.has(participantId)) return refuse('LATE');
  const judged = await judgeAnswer({ context, state, round, participantId, message });
  return typeof judged === 'string' ? refuse(judged) : { kind: 'record', ...judged };
}

async function judgeJoin(
  context: IntakeContext,
  state: JobState,
  received: {
    readonly participantId: string;
    readonly message: Extract<ParticipantMessage, { type: 'join' }>;
  },
): Promise<Verdict> {
  const { participantId, message } = received;
  const { operator, termsHash, signature } = message;
  const { jobId, operators } = state.terms;
  const refuse = (code: RefusalCode): Verdict => ({ kind: 'refuse', code, of: 'join' });
  if (termsHash !== context.termsHash) return refuse('TERMS_MISMATCH');
  if (!operators.includes(operator) || (await context.operatorOf(participantId)) !== operator)
    return refuse('OPERATOR_NOT_ALLOWED');
  const statement = joinStatement({ jobId, termsHash, participantId, operator });
  if (!(await context.verify({ participantId, statement, signature })))
    return refuse('SIGNATURE_INVALID');
  if (state.participants.get(participantId) === operator || state.status !== 'running')
    return { kind: 'present' };
  const event = { type: 'participantJoined', participantId, operator } as const;
  return { kind: 'record', event: { ...event, signature: bytesToHex(signature) } };
}

type Answer = Extract<ParticipantMessage, { type: keyof typeof PHASE_OF }>;

async function judgeAnswer(input: {
  readonly context: IntakeContext;
  readonly state: JobState;
  readonly round: RoundState;
  readonly participantId: string;
  readonly message: Answer;
}): Promise<RefusalCode | Omit<Extract<Verdict, { kind: 'record' }>, 'kind'>> {
  const { context, state, round, participantId, message } = input;
  const { roundId } = round;
  const signedBy = (statement: Uint8Array, signature: Uint8Array): Promise<boolean> | boolean =>
    context.verify({ participantId, statement, signature });
  switch (message.type) {
    case 'keyAdvert': {
      const { termsHash } = context;
      const operator = state.participants.get(participantId) ?? '';
      const statement = advertStatement({
        roundId,
        termsHash,
        participantId,
        operator,
        keys: message,
      });
      if (!(await signedBy(statement, message.signature))) return 'SIGNATURE_INVALID';
      return {
        event: {
          type: 'keysAdvertised',
          roundId,
          participantId,
          channelKey: bytesToHex(message.channelKey),
          maskKey: bytesToHex(message.maskKey),
          seedCommitment: bytesToHex(message.seedCommitment),
          signature: bytesToHex(message.signature),
        },
      };
    }
    case 'sealedShares': {
      const wanted = round.members.filter((member) => member !== participantId);
      const given = message.shares.map(({ to }) => to).sort();
      if (!sameNames(wanted, given)) return 'WRONG_SHARES';
      const shares = message.shares.map(({ to, ciphertext }) => ({
        to,
        ciphertext: bytesToHex(ciphertext),
      }));
      return { event: { type: 'sharesSealed', roundId, participantId, shares } };
    }
    case 'maskedUpdate': {
      const { payload, signature } = message;
      if (payload.length !== uploadLength(state.terms)) return 'WRONG_SIZE';
      const payloadHash = bytesToHex(context.suite.sha256(payload));
      const { sharers } = round;
      const statement = uploadStatement({ roundId, participantId, payloadHash, sharers });
      if (!(await signedBy(statement, signature))) return 'SIGNATURE_INVALID';
      return {
        blob: { hash: payloadHash, bytes: payload },
        event: {
          type: 'updateUploaded',
          roundId,
          participantId,
          payloadHash,
          payloadBytes: payload.length,
          signature: bytesToHex(signature),
        },
      };
    }
    case 'survivorsSignature': {
      const statement = survivorsStatement({ roundId, survivors: round.survivors });
      if (!(await signedBy(statement, message.signature))) return 'SIGNATURE_INVALID';
      const signature = bytesToHex(message.signature);
      return { event: { type: 'survivorsSigned', roundId, participantId, signature } };
    }
    case 'revealedShares': {
      const { shares, signature } = message;
      const wanted = round.sharers.map(
        (m) => `${m} ${round.survivors.includes(m) ? 'seed' : 'key'}`,
      );
      const given = shares.map(({ of, kind }) => `${of} ${kind}`).sort();
      if (!sameNames([...wanted].sort(), given)) return 'WRONG_SHARES';
      const statement = revealStatement({ roundId, participantId, shares });
      if (!(await signedBy(statement, signature))) return 'SIGNATURE_INVALID';
      return {
        event: {
          type: 'sharesRevealed',
          roundId,
          participantId,
          shares: shares.map(({ of, kind, share }) => ({ of, kind, share: bytesToHex(share) })),
          signature: bytesToHex(signature),
        },
      };
    }
  }
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
