import { bytesToHex, canonicalJson, utf8ToBytes } from '@ddai/core';
import type { RoundPublicKeys } from '../secure/round-keys.ts';

/** Signs with the key that the participant is registered under. */
export type Sign = (statement: Uint8Array) => Promise<Uint8Array>;

/** Whether `signature` over `statement` is by the key that `participantId` is registered under. */
export type VerifySignature = (input: {
  readonly participantId: string;
  readonly statement: Uint8Array;
  readonly signature: Uint8Array;
}) => Promise<boolean> | boolean;

/*
 * Everything a participant signs is one of these texts. Each begins with a line that names version
 * and kind, so that no signature can be passed off as another kind's, and binds job or round id.
 */

function statement(kind: string, body: object): Uint8Array {
  return utf8ToBytes(`ddai-learning/v1/${kind}\n${canonicalJson(body)}`);
}

export function joinStatement(body: {
  readonly jobId: string;
  readonly termsHash: string;
  readonly participantId: string;
  readonly operator: string;
}): Uint8Array {
  const { jobId, termsHash, participantId, operator } = body;
  return statement('join', { jobId, termsHash, participantId, operator });
}

export function advertStatement(body: {
  readonly roundId: string;
  readonly termsHash: string;
  readonly participantId: string;
  readonly operator: string;
  readonly keys: RoundPublicKeys;
}): Uint8Array {
  const { roundId, termsHash, participantId, operator, keys } = body;
  return statement('key-advert', {
    roundId,
    termsHash,
    participantId,
    operator,
    channelKey: bytesToHex(keys.channelKey),
    maskKey: bytesToHex(keys.maskKey),
    seedCommitment: bytesToHex(keys.seedCommitment),
  });
}

export function uploadStatement(body: {
  readonly roundId: string;
  readonly participantId: string;
  readonly payloadHash: string;
  /** Among whom the masks were made, sorted. */
  readonly sharers: readonly string[];
}): Uint8Array {
  const { roundId, participantId, payloadHash, sharers } = body;
  return statement('masked-update', { roundId, participantId, payloadHash, sharers });
}

/** The same for every signer, so that signatures on one survivor set can be counted. */
export function survivorsStatement(body: {
  readonly roundId: string;
  readonly survivors: readonly string[];
}): Uint8Array {
  const { roundId, survivors } = body;
  return statement('survivors', { roundId, survivors });
}

export function revealStatement(body: {
  readonly roundId: string;
  readonly participantId: string;
  readonly shares: readonly RevealedShare[];
}): Uint8Array {
  const shares = body.shares.map(({ of, kind, share }) => [of, kind, bytesToHex(share)]);
  const { roundId, participantId } = body;
  return statement('revealed-shares', { roundId, participantId, shares });
}

/** One share of one secret of `of`: of the self seed if it survived, of the mask key if not. */
export interface RevealedShare {
  readonly of: string;
  readonly kind: 'seed' | 'key';
  readonly share: Uint8Array;
}
