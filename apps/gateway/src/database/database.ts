import { sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
import { APP_ROLE, connectionAs } from './roles.ts';

/** Queries of one transaction. */
export type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

export interface Database {
  /** Runs `work` in one transaction that sees only the rows of `tenantId` (a UUID). */
  asTenant<T>(tenantId: string, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Runs `work` with no tenant named: it may only call the functions made for that. */
  asNobody<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Most connections at once. Default 20. */
  readonly connections?: number;
}

/** Connects as the role under row-level security. Run `migrateDatabase` first. */
export function connectDatabase({ url, connections = 20 }: DatabaseOptions): Database {
  const pool = new Pool({ ...connectionAs(url, APP_ROLE), max: connections });
  // A connection that breaks while idle is replaced by the pool; its next user must not crash us.
  pool.on('error', () => undefined);
  const db = drizzle(pool);
  return {
    asTenant: (tenantId, work) =>
      db.transaction(async (transaction) => {
        await transaction.execute(sql`SELECT set_config('ddai.tenant_id', ${tenantId}, true)`);
        return work(transaction);
      }),
    asNobody: (work) => db.transaction(work),
    close: () => pool.end(),
  };
}
