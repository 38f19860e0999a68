import { DdaiError } from '@ddai/core';
import { DrizzleQueryError, sql } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { Pool } from 'pg';
import { APP_ROLE, connectionAs } from './roles.ts';

/** Queries of one transaction. */
export type Transaction = Parameters<Parameters<NodePgDatabase['transaction']>[0]>[0];

export interface TransactionOptions {
  /** All reads see one moment; only for reading. */
  readonly isSnapshot?: boolean;
}

export interface Database {
  /** Runs `work` in one transaction that sees only the rows of `tenantId` (a UUID). */
  asTenant<T>(
    tenantId: string,
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ): Promise<T>;
  /** Runs single statements with no tenant named: they may only call the functions made for that. */
  asNobody<T>(work: (queries: Pick<Transaction, 'execute' | 'select'>) => Promise<T>): Promise<T>;
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
  const guard = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => Promise.reject(hideParameters(error)));
  return {
    asTenant: (tenantId, work, { isSnapshot = false } = {}) =>
      guard(
        db.transaction(
          async (transaction) => {
            await transaction.execute(sql`SELECT set_config('ddai.tenant_id', ${tenantId}, true)`);
            return work(transaction);
          },
          isSnapshot ? { isolationLevel: 'repeatable read' } : undefined,
        ),
      ),
    asNobody: (work) => guard(work(db)),
    close: () => pool.end(),
  };
}

/** SQLSTATE classes 08 (connection) and 57P (server going down or starting). */
const UNREACHABLE = /^(08|57P)/;
/** Codes of Node's own network errors have letters only. */
const NETWORK = /^E[A-Z]+$/;

/**
 * A failed query as drizzle tells it names its parameters: customers' questions, keys' hashes.
 * What leaves here has the database's own words and code, and Postgres's error as the cause.
 */
function hideParameters(error: unknown): unknown {
  if (error instanceof DdaiError) return error;
  const cause = error instanceof DrizzleQueryError ? error.cause : error;
  const { code = '', message = 'the query failed' } = (cause ?? {}) as {
    code?: string;
    message?: string;
  };
  const unreachable =
    UNREACHABLE.test(code) || NETWORK.test(code) || /connection|terminat/i.test(message);
  if (!(error instanceof DrizzleQueryError) && !unreachable) return error;
  return new DdaiError({
    code: unreachable ? 'DATABASE_UNREACHABLE' : 'DATABASE_QUERY_FAILED',
    message: unreachable
      ? 'the database does not answer'
      : `the database refused a query: ${message}`,
    fields: { sqlState: code },
    retryable: unreachable,
    cause,
  });
}
