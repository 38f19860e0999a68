import { createHash } from 'node:crypto';
import { canonicalJson, DdaiError } from '@ddai/core';
import { and, eq, sql } from 'drizzle-orm';
import type { Database, Transaction } from '../database/database.ts';
import { createUuid } from '../database/ids.ts';
import { idempotencyRecords } from '../database/schema/tenants.ts';

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
  /** What to keep for repeats and to give back, if the response is no longer right when it is kept. */
  readonly revise?: (
    transaction: Transaction,
    response: { readonly tenantId: string; readonly id: string; readonly body: unknown },
  ) => Promise<unknown>;
}

/** One try at the work of a request. */
export interface Run {
  /** A UUID for what the work makes: every try of one request has the same. */
  readonly id: string;
  /** Whether an earlier try failed or died; it may have stored something under this id. */
  readonly repeated: boolean;
}

const MAX_KEY_LENGTH = 255;
const KEEP = sql`interval '24 hours'`;
/** A run that has not ended by then died with its gateway: the request may be tried again. */
const LONGEST_RUN = sql`interval '5 minutes'`;

/**
 * Runs `work` once per key within 24 hours and gives the stored response to every repeat.
 * A failed run lets the caller try again: with the same body under the same id, so that work
 * stored before the failure is found and not done or paid twice.
 * @throws {DdaiError} `IDEMPOTENCY_KEY_REUSED` for another body, `REQUEST_UNDER_WAY`, `REQUEST_INVALID`
 */
export async function idempotent(
  database: Database,
  { tenantId, key, route, request, revise }: IdempotentOptions,
  work: (run: Run) => Promise<StoredResponse>,
): Promise<StoredResponse> {
  if (key === undefined) return work({ id: createUuid(), repeated: false });
  if (key === '' || key.length > MAX_KEY_LENGTH) {
    throw new DdaiError({
      code: 'REQUEST_INVALID',
      message: `Idempotency-Key: expected 1 to ${MAX_KEY_LENGTH} characters`,
    });
  }
  const fingerprint = createHash('sha256')
    .update(`${route}\n${canonicalJson(request)}`)
    .digest('hex');
  const taken = await takeKey(database, { tenantId, key, fingerprint });
  if ('status' in taken) return taken;

  const mine = and(
    eq(idempotencyRecords.tenantId, tenantId),
    eq(idempotencyRecords.key, key),
    eq(idempotencyRecords.runId, taken.id),
  );
  try {
    const { status, body: first } = await work(taken);
    return await database.asTenant(tenantId, async (tx) => {
      const body = (await revise?.(tx, { tenantId, id: taken.id, body: first })) ?? first;
      await tx.update(idempotencyRecords).set({ status, response: body }).where(mine);
      return { status, body };
    });
  } catch (error) {
    await database.asTenant(tenantId, (tx) =>
      tx.update(idempotencyRecords).set({ startedAt: null }).where(mine),
    );
    throw error;
  }
}

/** The right to do the work, or what it gave when it was done. */
async function takeKey(
  database: Database,
  { tenantId, key, fingerprint }: { tenantId: string; key: string; fingerprint: string },
): Promise<Run | StoredResponse> {
  const fresh = createUuid();
  const { createdAt, startedAt, status, runId } = idempotencyRecords;
  const forgotten = sql`${createdAt} < now() - ${KEEP}`;
  const free = sql`${status} IS NULL AND (${startedAt} IS NULL OR ${startedAt} < now() - ${LONGEST_RUN})`;
  const same = sql`${idempotencyRecords.fingerprint} = ${fingerprint}`;
  const [mine, earlier] = await database.asTenant(tenantId, async (tx) => {
    const [taken] = await tx
      .insert(idempotencyRecords)
      .values({ tenantId, key, fingerprint, runId: fresh })
      .onConflictDoUpdate({
        target: [idempotencyRecords.tenantId, idempotencyRecords.key],
        set: {
          fingerprint,
          runId: sql`CASE WHEN ${same} AND NOT ${forgotten} THEN ${runId} ELSE ${fresh} END`,
          createdAt: sql`CASE WHEN ${same} AND NOT ${forgotten} THEN ${createdAt} ELSE now() END`,
          startedAt: sql`now()`,
          status: null,
          response: null,
        },
        setWhere: sql`${forgotten} OR (${free})`,
      })
      .returning({ id: runId });
    if (taken !== undefined) return [taken, undefined];
    const where = and(eq(idempotencyRecords.tenantId, tenantId), eq(idempotencyRecords.key, key));
    return [undefined, (await tx.select().from(idempotencyRecords).where(where))[0]];
  });
  if (mine !== undefined) return { id: mine.id, repeated: mine.id !== fresh };
  if (earlier !== undefined && earlier.fingerprint !== fingerprint) {
    throw new DdaiError({
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: 'this Idempotency-Key was used for another request',
      remedy: 'Use a new key for a new request.',
    });
  }
  if (earlier === undefined || earlier.status === null) {
    throw new DdaiError({
      code: 'REQUEST_UNDER_WAY',
      message: 'the first request with this Idempotency-Key is still under way',
      retryable: true,
    });
  }
  return { status: earlier.status, body: earlier.response };
}

/** Forgets the records of all tenants that no repeat can ask for any more. */
export async function sweepIdempotency(database: Database): Promise<void> {
  await database.asNobody((tx) => tx.execute(sql`SELECT sweep_idempotency_records()`));
}
