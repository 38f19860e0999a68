import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytea, createdAt, moment, tenantId } from './columns.ts';

export const trainingJobs = pgTable(
  'training_jobs',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    name: text('name').notNull(),
    terms: jsonb('terms').notNull(),
    state: text('state', {
      enum: ['waiting', 'running', 'completed', 'failed', 'cancelled'],
    }).notNull(),
    failure: text('failure'),
    progress: jsonb('progress'),
    modelId: uuid('model_id'),
    /** Which gateway process coordinates it, and until when. */
    leasedBy: uuid('leased_by'),
    leasedUntil: moment('leased_until'),
    createdAt,
  },
  (table) => [index('training_jobs_tenant').on(table.tenantId)],
);

/** The hash-chained event log of each job, in order, never changed. */
export const trainingEvents = pgTable(
  'training_events',
  {
    tenantId,
    jobId: uuid('job_id').notNull(),
    position: integer('position').notNull(),
    event: bytea('event').notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.position] })],
);

export const trainedModels = pgTable(
  'trained_models',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    /** The job here that trained it; null for a model that its owner brought along. */
    jobId: uuid('job_id').unique(),
    name: text('name').notNull(),
    /** SHA-256 of the safetensors file in the content store. */
    sha256: text('sha256').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    metrics: jsonb('metrics').notNull(),
    createdAt,
  },
  (table) => [index('trained_models_tenant').on(table.tenantId)],
);
