import { createHash } from 'node:crypto';
import { canonicalJson, DdaiError } from '@ddai/core';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { idempotencyRecords } from '../database/schema.ts';

export interface StoredResponse {
  readonly status: number;
  readonly body: unknown;
}

export interface IdempotentOptions {
  readonly tenantId: string;
  /** The caller's `Idempotency-Key`; without one the work simply runs. */
  readonly key: string | undefined;
  /** Method and path: the same key at another place is another request. */
  readonly route: string;
  readonly request: unknown;
}

const MAX_KEY_LENGTH = 255;
const KEEP = sql`interval '24 hours'`;
/** A run that has not ended by then died with its gateway: its key may be used again. */
const LONGEST_RUN = sql`interval '5 minutes'`;

/**
 * Runs `work` once per key within 24 hours and gives the stored response to every repeat.
 * A failed run gives its key back, so that the caller may try again.
 * @throws {DdaiError} `IDEMPOTENCY_KEY_REUSED` for another body, `REQUEST_UNDER_WAY`, `REQUEST_INVALID`
 */
export async function idempotent(
  database: Database,
  { tenantId, key, route, request }: IdempotentOptions,
  work: () => Promise<StoredResponse>,
): Promise<StoredResponse> {
  if (key === undefined) return work();
  if (key === '' || key.length > MAX_KEY_LENGTH) {
    throw new DdaiError({
      code: 'REQUEST_INVALID',
      message: `Idempotency-Key: expected 1 to ${MAX_KEY_LENGTH} characters`,
    });
  }
  const fingerprint = createHash('sha256')
    .update(`${route}\n${canonicalJson(request)}`)
    .digest('hex');
  const mine = and(eq(idempotencyRecords.tenantId, tenantId), eq(idempotencyRecords.key, key));

  const earlier = await database.asTenant(tenantId, async (tx) => {
    await tx
      .delete(idempotencyRecords)
      .where(
        and(
          mine,
          sql`${idempotencyRecords.createdAt} < now() - CASE WHEN ${idempotencyRecords.status} IS NULL THEN ${LONGEST_RUN} ELSE ${KEEP} END`,
        ),
      );
    const taken = await tx
      .insert(idempotencyRecords)
      .values({ tenantId, key, fingerprint })
      .onConflictDoNothing()
      .returning({ key: idempotencyRecords.key });
    return taken.length > 0
      ? undefined
      : (await tx.select().from(idempotencyRecords).where(mine))[0];
  });

  if (earlier !== undefined) {
    if (earlier.fingerprint !== fingerprint) {
      throw new DdaiError({
        code: 'IDEMPOTENCY_KEY_REUSED',
        message: 'this Idempotency-Key was used for another request',
        remedy: 'Use a new key for a new request.',
      });
    }
    if (earlier.status === null) {
      throw new DdaiError({
        code: 'REQUEST_UNDER_WAY',
        message: 'the first request with this Idempotency-Key is still under way',
        retryable: true,
      });
    }
    return { status: earlier.status, body: earlier.response };
  }

  try {
    const response = await work();
    await database.asTenant(tenantId, (tx) =>
      tx
        .update(idempotencyRecords)
        .set({ status: response.status, response: response.body })
        .where(mine),
    );
    return response;
  } catch (error) {
    await database.asTenant(tenantId, (tx) => tx.delete(idempotencyRecords).where(mine));
    throw error;
  }
}

/** Forgets the records of all tenants that no repeat can ask for any more. */
export async function sweepIdempotency(database: Database): Promise<void> {
  await database.asNobody((tx) => tx.execute(sql`SELECT sweep_idempotency_records()`));
}
