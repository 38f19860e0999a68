import { bytesToHex, canonicalJson, equalBytes } from '@ddai/core';
import { learningError } from '../errors.ts';
import type { RoundPublicKeys } from '../secure/round-keys.ts';
import type { OperatorOf } from './coordinator-intake.ts';
import type { JobTerms } from './job-terms.ts';
import type { Member, NamedSignature } from './messages.ts';
import { advertStatement, survivorsStatement, type VerifySignature } from './statements.ts';

/*
 * What a participant checks before it trusts a coordinator's word about the others. Each function
 * throws `SECAGG_PEER_INVALID` or `SECAGG_SURVIVORS_INVALID`, whereupon the participant leaves the
 * round; nothing that could expose it has left by then.
 */

/** Every advert is signed by its member, of an allowed operator, and this participant's is its own. */
export async function assertCohort(options: {
  readonly terms: JobTerms;
  readonly termsHash: string;
  readonly roundId: string;
  readonly own: string;
  readonly ownKeys: RoundPublicKeys;
  readonly members: readonly Member[];
  readonly verify: VerifySignature;
  readonly operatorOf: OperatorOf;
}): Promise<void> {
  const { terms, termsHash, roundId, own, ownKeys, members, verify, operatorOf } = options;
  const refuse = (why: string): never => {
    throw learningError({ code: 'SECAGG_PEER_INVALID', message: `${roundId}: ${why}` });
  };
  const names = members.map(({ participantId }) => participantId);
  if (!isSortedSet(names)) refuse('members are not sorted and different');
  if (members.length > terms.secureAggregation.participants) refuse('too many members');
  assertQuorum(terms, members, names, refuse);
  const keys = members.flatMap(({ channelKey, maskKey }) => [
    bytesToHex(channelKey),
    bytesToHex(maskKey),
  ]);
  if (new Set(keys).size !== keys.length) refuse('two members advertise one key');
  const mine = members.find(({ participantId }) => participantId === own);
  if (
    mine === undefined ||
    !equalBytes(mine.channelKey, ownKeys.channelKey) ||
    !equalBytes(mine.maskKey, ownKeys.maskKey) ||
    !equalBytes(mine.seedCommitment, ownKeys.seedCommitment)
  ) {
    refuse('the keys under this name are not the ones advertised');
  }
  for (const member of members) {
    const { participantId, operator, signature } = member;
    if (!terms.operators.includes(operator)) refuse(`${participantId}: operator not in the terms`);
    if ((await operatorOf(participantId)) !== operator)
      refuse(`${participantId}: registered under another operator`);
    const statement = advertStatement({
      roundId,
      termsHash,
      participantId,
      operator,
      keys: member,
    });
    if (!(await verify({ participantId, statement, signature })))
      refuse(`${participantId}: its advert is not signed by it`);
  }
}

/** `subset` may go on: sorted, of the members, with this participant, enough of enough operators. */
export function assertSubset(options: {
  readonly terms: JobTerms;
  readonly roundId: string;
  readonly own: string;
  readonly members: readonly Member[];
  readonly subset: readonly string[];
}): void {
  const { terms, roundId, own, members, subset } = options;
  const refuse = (why: string): never => {
    throw learningError({ code: 'SECAGG_SURVIVORS_INVALID', message: `${roundId}: ${why}` });
  };
  const names = new Set(members.map(({ participantId }) => participantId));
  if (!isSortedSet(subset)) refuse('names are not sorted and different');
  if (!subset.every((name) => names.has(name))) refuse('a name is not of the cohort');
  if (!subset.includes(own)) refuse('this participant is left out');
  assertQuorum(terms, members, subset, refuse);
}

/** At least `threshold` survivors signed this very set. */
export async function assertAgreed(options: {
  readonly terms: JobTerms;
  readonly roundId: string;
  readonly survivors: readonly string[];
  readonly signatures: readonly NamedSignature[];
  readonly verify: VerifySignature;
}): Promise<void> {
  const { terms, roundId, survivors, signatures, verify } = options;
  const statement = survivorsStatement({ roundId, survivors });
  const signers = new Set<string>();
  for (const { participantId, signature } of signatures) {
    if (!survivors.includes(participantId) || signers.has(participantId)) continue;
    if (await verify({ participantId, statement, signature })) signers.add(participantId);
  }
  if (signers.size >= terms.secureAggregation.threshold) return;
  throw learningError({
    code: 'SECAGG_SURVIVORS_INVALID',
    message: `${roundId}: ${signers.size} members signed the survivors, ${terms.secureAggregation.threshold} are needed`,
  });
}

/** One text for a cohort, to compare two. */
export function cohortFingerprint(members: readonly Member[]): string {
  return canonicalJson(
    members.map(({ participantId, maskKey }) => [participantId, bytesToHex(maskKey)]),
  );
}

function assertQuorum(
  terms: JobTerms,
  members: readonly Member[],
  names: readonly string[],
  refuse: (why: string) => never,
): void {
  const { minSurvivors, minOperators } = terms.secureAggregation;
  const operators = new Set(
    members.filter((m) => names.includes(m.participantId)).map(({ operator }) => operator),
  );
  if (names.length < minSurvivors) refuse(`${names.length} members, ${minSurvivors} are needed`);
  if (operators.size < minOperators)
    refuse(`${operators.size} operators, ${minOperators} are needed`);
}

function isSortedSet(names: readonly string[]): boolean {
  return names.every((name, i) => i === 0 || (names[i - 1] as string) < name);
}
