import { sql } from 'drizzle-orm';
import { customType, numeric, timestamp, uuid } from 'drizzle-orm/pg-core';

/**
 * Of every table: forced row-level security lets the gateway's role see only the tenant that its
 * transaction names (0001_security.sql and later ones).
 */
export const tenantId = uuid('tenant_id').notNull();

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
});

/** Wei: a uint256 has at most 78 decimal digits. Strings in JavaScript, never a float. */
export const wei = (name: string) => numeric(name, { precision: 78, scale: 0 });
export const moment = (name: string) => timestamp(name, { withTimezone: true });
export const createdAt = moment('created_at').notNull().default(sql`now()`);
