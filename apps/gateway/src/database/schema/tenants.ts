import { sql } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, createdAt, moment, tenantId } from './columns.ts';

export const tenants = pgTable('tenants', {
  tenantId: uuid('tenant_id').primaryKey(),
  name: text('name').notNull().unique(),
  /** The account whose escrow balance pays for this tenant's work, checksummed; nobody else's too. */
  payer: text('payer').notNull().unique(),
  createdAt,
});

export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    name: text('name').notNull(),
    /** SHA-256 of the secret: the secret itself has 256 random bits and is never stored. */
    secretHash: bytea('secret_hash').notNull().unique(),
    /** The first characters, so that people can tell keys apart. */
    prefix: text('prefix').notNull(),
    scopes: text('scopes').array().notNull(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
    createdAt,
  },
  (table) => [index('api_keys_tenant').on(table.tenantId)],
);

export const idempotencyRecords = pgTable(
  'idempotency_records',
  {
    tenantId,
    key: text('key').notNull(),
    /** SHA-256 over method, path and body. */
    fingerprint: text('fingerprint').notNull(),
    /** What the work makes has this id, also when a repeat has to do it again. */
    runId: uuid('run_id').notNull().default(sql`gen_random_uuid()`),
    /** Null after a failure: the next one with this key may try again. */
    startedAt: moment('started_at').default(sql`now()`),
    status: integer('status'),
    response: jsonb('response'),
    createdAt,
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.key] }),
    index('idempotency_records_run').on(table.runId),
  ],
);
