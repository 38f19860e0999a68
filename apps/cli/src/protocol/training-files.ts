import { bytesToUtf8, DdaiError } from '@ddai/core';
import { readFileLimited } from '@ddai/storage';
import { type Hex, keccak256 } from 'viem';
import { z } from 'zod';
import { callerPath } from '../input/caller-path.ts';
import { addressText, hashText, tokensText, wholeText } from '../input/fields.ts';
import { parseJson, readJsonFile } from '../input/read-json-file.ts';
import { proofSchema } from './reward-files.ts';

/** `ITrainingRegistry.PrivacyUnit`, in its order; 0 is none. */
const PRIVACY_UNITS = ['none', 'record', 'customer', 'participant'] as const;
/** ε is kept in thousandths. */
const EPSILON_SCALE = 1000;
const MAX_TERMS_BYTES = 1024 * 1024;

const count = z.number().int().min(1).max(65_535);

const termsSchema = z.object({
  coordinator: addressText,
  rounds: count,
  minCohort: count,
  minOperators: count,
  privacy: z
    .object({
      unit: z.enum(['record', 'customer', 'participant']),
      epsilon: z.number().positive().max(1_000_000),
      deltaExponent: z.number().int().min(3).max(12),
    })
    .optional(),
  /** Unix seconds, or a moment such as `2027-01-31T00:00:00Z`. */
  deadline: z.union([
    wholeText,
    z.iso.datetime().transform((text) => BigInt(Math.floor(Date.parse(text) / 1000))),
  ]),
  budget: tokensText,
});

const roundSchema = z.object({
  survivors: count,
  operators: count,
  /** SHA-256 of the aggregate. */
  aggregateHash: hashText,
  /** Head of the job's hash-chained record behind this round. */
  recordHead: hashText,
  rewards: z.array(z.object({ node: addressText, amount: tokensText })).default([]),
});

export type TrainingRound = z.infer<typeof roundSchema>;

/** Terms as the registry keeps them; `termsHash` is keccak-256 of the whole file, other fields included. */
export function readTerms(file: string) {
  const path = callerPath(file);
  const bytes = readFileLimited(path, MAX_TERMS_BYTES);
  const { privacy, ...terms } = parseJson(bytesToUtf8(bytes), termsSchema, {
    name: path,
    expected:
      'coordinator, rounds, minCohort, minOperators, deadline, budget and, where there is any, privacy with unit, epsilon, deltaExponent',
  });
  return {
    ...terms,
    termsHash: keccak256(bytes),
    privacyUnit: privacy === undefined ? 0 : PRIVACY_UNITS.indexOf(privacy.unit),
    epsilonMilli: privacy === undefined ? 0 : Math.round(privacy.epsilon * EPSILON_SCALE),
    deltaExponent: privacy?.deltaExponent ?? 0,
    deadline: Number(terms.deadline),
  };
}

export function readRound(file: string): TrainingRound {
  return readJsonFile(
    file,
    roundSchema,
    'survivors, operators, aggregateHash, recordHead and, where there is pay, rewards: [{node, amount}]',
  );
}

const claimSchema = proofSchema.extend({ job: wholeText, round: wholeText });

/** A file that `ddai training commit-round` wrote for a node. */
export function readRoundClaim(file: string): z.infer<typeof claimSchema> {
  return readJsonFile(
    file,
    claimSchema,
    'job, round, account, amount and proof, as `ddai training commit-round` writes them',
  );
}

/** @throws {DdaiError} `FLAG_MISSING` if there is something to prove and nowhere to write proofs */
export function requireProofFolder(round: TrainingRound, folder: string | undefined): string {
  if (folder !== undefined) return folder;
  if (round.rewards.length === 0) return '.';
  throw new DdaiError({
    code: 'FLAG_MISSING',
    message: 'the round has rewards, and without its proof nobody can claim one',
    remedy: 'Say where the proof files go: --proofs FOLDER.',
  });
}

/** What a job without rewards in a round commits to. */
export const NO_REWARDS: { readonly root: Hex; readonly total: bigint } = {
  root: `0x${'00'.repeat(32)}`,
  total: 0n,
};
