import { sql } from 'drizzle-orm';
import type { Transaction } from './database.ts';

/** What each kind of lock is told apart by; any numbers, the same for all gateways. */
const SHARDS = 7263;
const FILE = 7264;
const QUOTES = 7265;

/** Registering, retiring and erasing shards of one tenant take turns. */
export async function lockShards(tx: Transaction, tenantId: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, ${SHARDS}))`);
}

/** Writing and erasing one file take turns, whichever tenants have it; after the tenant's lock. */
export async function lockFile(tx: Transaction, sha256: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${sha256}, ${FILE}))`);
}

/** Before answers or quotes of a tenant are erased. */
export async function lockQuotes(tx: Transaction, tenantId: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, ${QUOTES}))`);
}

/**
 * Before an answer is stored: whoever stores shares the lock, so that it sees all deletions that ended
 * before, and every later one sees what it stored.
 */
export async function shareQuotes(tx: Transaction, tenantId: string): Promise<void> {
  await tx.execute(
    sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${tenantId}, ${QUOTES}))`,
  );
}
