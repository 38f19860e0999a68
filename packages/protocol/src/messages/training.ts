import { z } from 'zod';
import { addressField, uint128Field } from './fields.ts';

const jobField = z.string().regex(/^job_[0-9a-f]{32}$/);

/** Body of a training frame whose message is the payload. */
export const trainingMessageSchema = z.object({ jobId: jobField });

/** Body of a training frame whose message was put in the gateway's content store first. */
export const trainingReferenceSchema = z.object({
  jobId: jobField,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z
    .number()
    .int()
    .positive()
    .max(256 * 1024 * 1024),
});

/** Messages up to this size travel in the frame, larger ones by HTTP. */
export const INLINE_TRAINING_BYTES = 64 * 1024;

/** Body of a job's offer to a participant; the job's terms (JSON) are the frame's payload. */
export const trainingOfferSchema = z.object({
  jobId: jobField,
  /** Which of the data sets that it announced. */
  dataset: z.string().min(1).max(64),
  payer: addressField,
  /** Wei for each round served, before the fee. */
  reward: uint128Field,
});
