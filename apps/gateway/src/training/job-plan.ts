import { DdaiError } from '@ddai/core';
import {
  createJobTerms,
  type JobTerms,
  suggestJobSettings,
  suggestTableSettings,
  type TableModelTerms,
} from '@ddai/learning';
import { addressField } from '@ddai/protocol';
import { getAddress } from 'viem';
import { z } from 'zod';

/** Who takes part: a node, whose it is, and which of its data sets. */
const rosterEntrySchema = z.strictObject({
  node: addressField.transform((address) => getAddress(address)),
  /** Who owns it. Rounds close only with survivors of at least three organisations. */
  organisation: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/),
  dataset: z.string().min(1).max(64),
});

/** What the API takes to create a job; the rest has defaults that `learning` documents. */
export const newTrainingJobSchema = z.strictObject({
  name: z.string().min(1).max(100),
  /** Of an intent model; or `table`. */
  labels: z.array(z.string().min(1).max(100)).min(2).max(2000).optional(),
  /** A network over tables of one schema: see docs/reference/table-schema.md. */
  table: z.strictObject({ schema: z.unknown(), network: z.unknown() }).optional(),
  participants: z.array(rosterEntrySchema).min(4).max(128),
  rounds: z.number().int().min(1).max(1000).optional(),
  epochs: z.number().int().min(1).max(100).optional(),
  learningRate: z.number().positive().max(10_000).optional(),
  batchSize: z.number().int().min(1).max(4096).optional(),
  /** Training tickets of all participants together, roughly: it sets how finely updates are coded. */
  examples: z.number().int().min(1).max(100_000_000).optional(),
  /** Fewest survivors with which a round closes, and shares that unmask. */
  threshold: z.number().int().min(3).max(128).optional(),
  /** Wei for each round that a participant serves, as a decimal string. */
  rewardPerRound: z.string().regex(/^\d{1,38}$/),
  seed: z.string().max(200).optional(),
});
export type NewTrainingJob = z.infer<typeof newTrainingJobSchema>;

/** What the database keeps of a job beside its log. */
export interface JobPlan {
  readonly terms: JobTerms;
  readonly roster: readonly z.infer<typeof rosterEntrySchema>[];
  /** Wei, decimal. */
  readonly rewardPerRound: string;
}

/** @throws {DdaiError} `TRAINING_TERMS_INVALID` with what `learning` refused. */
export function createJobPlan(jobId: string, request: NewTrainingJob): JobPlan {
  const { labels, table, participants: roster, rewardPerRound, threshold, examples } = request;
  if ((labels === undefined) === (table === undefined)) {
    throw new DdaiError({
      code: 'TRAINING_TERMS_INVALID',
      message: 'a job names either labels (an intent model) or table (schema and network)',
    });
  }
  if (new Set(roster.map(({ node }) => node)).size !== roster.length) {
    throw new DdaiError({
      code: 'TRAINING_TERMS_INVALID',
      message: 'participants: a node is named twice',
    });
  }
  const { rounds, epochs, learningRate, batchSize, seed } = request;
  const chosen = Object.entries({ rounds, epochs, learningRate, batchSize, seed }).filter(
    ([, value]) => value !== undefined,
  );
  const suggested =
    examples === undefined
      ? undefined
      : (table === undefined ? suggestJobSettings : suggestTableSettings)({
          participants: roster.length,
          examples,
        });
  try {
    const terms = createJobTerms({
      jobId,
      ...(labels === undefined ? {} : { labels: [...new Set(labels)].sort() }),
      // What a caller sent is checked where terms are.
      ...(table === undefined ? {} : { table: table as Omit<TableModelTerms, 'kind'> }),
      operators: [...new Set(roster.map(({ organisation }) => organisation))],
      participants: roster.length,
      ...suggested,
      training: { ...suggested?.training, ...Object.fromEntries(chosen) },
      ...(threshold === undefined
        ? {}
        : { secureAggregation: { threshold, minSurvivors: threshold } }),
    });
    return { terms, roster, rewardPerRound };
  } catch (cause) {
    if (!(cause instanceof DdaiError)) throw cause;
    throw new DdaiError({
      code: 'TRAINING_TERMS_INVALID',
      message: cause.message,
      ...(cause.remedy === undefined ? {} : { remedy: cause.remedy }),
      fields: { reason: cause.code },
      cause,
    });
  }
}

/** Wei that a job costs at most, before the fee: every participant in every round. */
export function jobBudget({ terms, roster, rewardPerRound }: JobPlan): bigint {
  return BigInt(rewardPerRound) * BigInt(terms.training.rounds) * BigInt(roster.length);
}
