import { sql } from 'drizzle-orm';
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { completions } from './assistants.ts';
import { bytea, createdAt, moment, tenantId, wei } from './columns.ts';

/** One try to have one node answer; a query that is retried has several. */
export const workRequests = pgTable(
  'work_requests',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    completionId: uuid('completion_id').notNull(),
    requestId: text('request_id').notNull().unique(),
    node: text('node').notNull(),
    state: text('state', { enum: ['sent', 'answered', 'failed'] }).notNull(),
    /** Wei that it will cost; reserved while it is `sent` and not expired. */
    price: wei('price').notNull().default('0'),
    /** The node's answer counts for nothing from then on. */
    expiresAt: moment('expires_at').notNull().default(sql`now()`),
    /** Why it failed, as a code. */
    failure: text('failure'),
    attestation: jsonb('attestation'),
    milliseconds: integer('milliseconds'),
    createdAt,
  },
  (table) => [
    index('work_requests_completion').on(table.completionId),
    index('work_requests_open').on(table.tenantId, table.expiresAt).where(sql`state = 'sent'`),
  ],
);

/** Answers of nodes that were run again. Holds no text, and stays when a question is erased. */
export const audits = pgTable(
  'audits',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    completionId: uuid('completion_id').notNull(),
    node: text('node').notNull(),
    payer: text('payer').notNull(),
    /** Whether the payer held a tier's lock then: only such audits make the rate fall. */
    payerLocked: boolean('payer_locked').notNull(),
    passed: boolean('passed').notNull(),
    createdAt,
  },
  (table) => [index('audits_tenant').on(table.tenantId, table.id)],
);

/** Of an audit that failed, what a dispute needs; erased with the question. */
export const auditEvidence = pgTable(
  'audit_evidence',
  {
    auditId: uuid('audit_id')
      .primaryKey()
      .references(() => audits.id, { onDelete: 'cascade' }),
    tenantId,
    completionId: uuid('completion_id')
      .notNull()
      .references(() => completions.id, { onDelete: 'cascade' }),
    attestation: jsonb('attestation').notNull(),
    input: bytea('input').notNull(),
    result: bytea('result').notNull(),
    expected: bytea('expected').notNull(),
  },
  (table) => [index('audit_evidence_completion').on(table.completionId)],
);

/** What was promised to nodes, each reason once. */
export const charges = pgTable(
  'charges',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    /** `query:<completion>` or `training:<job>:<round>:<node>`: paying twice breaks this key. */
    reason: text('reason').notNull().unique(),
    payer: text('payer').notNull(),
    node: text('node').notNull(),
    workClass: integer('work_class').notNull(),
    amount: wei('amount').notNull(),
    createdAt,
  },
  (table) => [index('charges_tenant_time').on(table.tenantId, table.createdAt)],
);

/** The newest voucher per (payer, signer, node, class); `cumulative` never falls. */
export const vouchers = pgTable(
  'vouchers',
  {
    tenantId,
    payer: text('payer').notNull(),
    signer: text('signer').notNull(),
    node: text('node').notNull(),
    workClass: integer('work_class').notNull(),
    cumulative: wei('cumulative').notNull(),
    /** What the node is known to hold durably. */
    acknowledged: wei('acknowledged').notNull().default('0'),
  },
  (table) => [primaryKey({ columns: [table.payer, table.signer, table.node, table.workClass] })],
);
