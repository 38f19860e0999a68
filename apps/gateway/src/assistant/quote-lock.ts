import { sql } from 'drizzle-orm';
import type { Transaction } from '../database/database.ts';

/**
 * What is stored of answers, and the erasure of what they quote, of one tenant: whoever stores shares
 * the lock, so that it sees all deletions that ended before, and every later one sees what it stored.
 */
export async function shareQuotes(tx: Transaction, tenantId: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock_shared(hashtextextended(${tenantId}, 7265))`);
}

/** Before answers or quotes are erased. */
export async function lockQuotes(tx: Transaction, tenantId: string): Promise<void> {
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${tenantId}, 7265))`);
}
