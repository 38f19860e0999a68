import { learningError } from '../errors.ts';
import { SEALED_LENGTH, SHARE_LENGTH } from '../secure/secret-shares.ts';
import { createFieldReader, type FieldReader } from './field-reader.ts';
import type { CoordinatorMessage, Member, ParticipantMessage, RefusalCode } from './messages.ts';
import type { ModelTransfer } from './model-transfer.ts';

const MAX_MEMBERS = 128;
const KEY = 32;
/** ECDSA takes 65 bytes, Ed25519 64; contract wallets and post-quantum schemes take more. */
const SIGNATURE: readonly [number, number] = [1, 4096];
const MAX_PROBLEMS = 32;
const CODE_LENGTH = 60;
const HASH_DIGITS = 64;
const MAX_ROUND_NUMBER = 1_000_000;

/** Largest payloads that a receiver accepts; both follow from the terms. */
export interface PayloadLimits {
  readonly maxPayloadBytes: number;
  /** Whether a model may come as a delta, or by its hash alone; default false. */
  readonly mayDiffer?: boolean;
}

/**
 * Checks a message of a participant: type, fields, lengths. Unknown fields are dropped.
 * @throws {DdaiError} `MESSAGE_MALFORMED`.
 */
export function parseParticipantMessage(input: unknown, limits: PayloadLimits): ParticipantMessage {
  const reader = createFieldReader(input);
  const { type } = reader;
  const jobId = reader.name('jobId');
  if (type === 'join') {
    const termsHash = reader.text('termsHash', HASH_DIGITS);
    const operator = reader.name('operator');
    return { type, jobId, termsHash, operator, signature: reader.bytes('signature', SIGNATURE) };
  }
  if (type === 'decline') {
    const problems = reader.list('problems', MAX_PROBLEMS, (item) => ({
      code: item.text('code', CODE_LENGTH),
      count: item.whole('count', 2 ** 31),
    }));
    return { type, jobId, problems };
  }
  const roundId = reader.name('roundId');
  switch (type) {
    case 'keyAdvert':
      return { type, jobId, roundId, ...readKeys(reader) };
    case 'sealedShares': {
      const shares = reader.list('shares', MAX_MEMBERS, (item) => ({
        to: item.name('to'),
        ciphertext: item.bytes('ciphertext', SEALED_LENGTH),
      }));
      return { type, jobId, roundId, shares };
    }
    case 'maskedUpdate': {
      const payload = reader.bytes('payload', [1, limits.maxPayloadBytes]);
      return { type, jobId, roundId, payload, signature: reader.bytes('signature', SIGNATURE) };
    }
    case 'survivorsSignature':
      return { type, jobId, roundId, signature: reader.bytes('signature', SIGNATURE) };
    case 'revealedShares': {
      const shares = reader.list('shares', MAX_MEMBERS, (item) => ({
        of: item.name('of'),
        kind: readKind(item),
        share: item.bytes('share', SHARE_LENGTH),
      }));
      return { type, jobId, roundId, shares, signature: reader.bytes('signature', SIGNATURE) };
    }
    case 'leaveRound':
      return { type, jobId, roundId, code: reader.text('code', CODE_LENGTH) };
    default:
      throw unknownType();
  }
}

/**
 * Checks a message of a coordinator, as a participant must: it need not trust it.
 * @throws {DdaiError} `MESSAGE_MALFORMED`.
 */
export function parseCoordinatorMessage(input: unknown, limits: PayloadLimits): CoordinatorMessage {
  const reader = createFieldReader(input);
  const { type } = reader;
  const jobId = reader.name('jobId');
  const model = (): ModelTransfer => {
    const modelHash = reader.text('modelHash', HASH_DIGITS);
    const most = limits.maxPayloadBytes;
    if (limits.mayDiffer !== true || reader.has('model'))
      return { modelHash, model: reader.bytes('model', [1, most]) };
    if (!reader.has('delta')) return { modelHash };
    const baseHash = reader.text('baseHash', HASH_DIGITS);
    return { modelHash, baseHash, delta: reader.bytes('delta', [1, most]) };
  };
  if (type === 'jobCompleted') return { type, jobId, ...model() };
  if (type === 'jobFailed') return { type, jobId, reason: reader.text('reason', 200) };
  if (type === 'refused') {
    const code = reader.text('code', CODE_LENGTH) as RefusalCode;
    return { type, jobId, code, of: reader.text('of', 40) };
  }
  const roundId = reader.name('roundId');
  switch (type) {
    case 'openRound':
      return { type, jobId, roundId, number: reader.whole('number', MAX_ROUND_NUMBER) };
    case 'cohort': {
      const members = reader.list('members', MAX_MEMBERS, readMember);
      return { type, jobId, roundId, members, ...model() };
    }
    case 'deliverShares': {
      const shares = reader.list('shares', MAX_MEMBERS, (item) => ({
        from: item.name('from'),
        ciphertext: item.bytes('ciphertext', SEALED_LENGTH),
      }));
      return { type, jobId, roundId, sharers: reader.names('sharers', MAX_MEMBERS), shares };
    }
    case 'proposeSurvivors':
      return { type, jobId, roundId, survivors: reader.names('survivors', MAX_MEMBERS) };
    case 'requestUnmasking': {
      const signatures = reader.list('signatures', MAX_MEMBERS, (item) => ({
        participantId: item.name('participantId'),
        signature: item.bytes('signature', SIGNATURE),
      }));
      const survivors = reader.names('survivors', MAX_MEMBERS);
      return { type, jobId, roundId, survivors, signatures };
    }
    case 'roundClosed': {
      const modelHash = reader.text('modelHash', HASH_DIGITS);
      const survivors = reader.names('survivors', MAX_MEMBERS);
      return { type, jobId, roundId, survivors, modelHash };
    }
    case 'roundAborted':
      return { type, jobId, roundId, reason: reader.text('reason', 200) };
    default:
      throw unknownType();
  }
}

function readKeys(reader: FieldReader): Omit<Member, 'participantId' | 'operator'> {
  return {
    channelKey: reader.bytes('channelKey', KEY),
    maskKey: reader.bytes('maskKey', KEY),
    seedCommitment: reader.bytes('seedCommitment', KEY),
    signature: reader.bytes('signature', SIGNATURE),
  };
}

function readMember(item: FieldReader): Member {
  const participantId = item.name('participantId');
  return { participantId, operator: item.name('operator'), ...readKeys(item) };
}

function readKind(item: FieldReader): 'seed' | 'key' {
  const kind = item.text('kind', 4);
  if (kind === 'seed' || kind === 'key') return kind;
  throw learningError({ code: 'MESSAGE_MALFORMED', message: 'a share is of an unknown kind' });
}

function unknownType(): Error {
  return learningError({ code: 'MESSAGE_MALFORMED', message: 'the message is of an unknown type' });
}
