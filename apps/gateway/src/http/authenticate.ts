import { createHash } from 'node:crypto';
import { type Clock, DdaiError } from '@ddai/core';
import { sql } from 'drizzle-orm';
import type { MiddlewareHandler } from 'hono';
import type { Database } from '../database/database.ts';
import type { Caller, GatewayEnvironment, Scope } from './environment.ts';
import type { RateLimit } from './rate-limit.ts';

interface KeyRow extends Record<string, unknown> {
  tenant_id: string;
  key_id: string;
  payer: `0x${string}`;
  scopes: string[];
  expires_at: Date | string | null;
  revoked_at: Date | string | null;
}

/** SHA-256 is enough for a secret of 256 random bits; the look-up by hash leaks no prefix match. */
export function hashApiKey(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}

export interface AuthenticateDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly rateLimit: RateLimit;
}

/** @throws {DdaiError} `API_KEY_MISSING`, `API_KEY_UNKNOWN`, `API_KEY_EXPIRED`, `API_KEY_REVOKED`, `RATE_LIMITED` */
export async function authenticate(
  header: string | undefined,
  { database, clock, rateLimit }: AuthenticateDependencies,
): Promise<Caller> {
  const secret = /^Bearer (\S{1,200})$/i.exec(header ?? '')?.[1];
  if (secret === undefined) {
    throw new DdaiError({
      code: 'API_KEY_MISSING',
      message: 'no API key in this request',
      remedy: 'Send the header `Authorization: Bearer <key>`.',
    });
  }
  const hash = hashApiKey(secret);
  const { rows } = await database.asNobody((tx) =>
    tx.execute<KeyRow>(sql`SELECT * FROM authenticate_api_key(${hash})`),
  );
  const row = rows[0];
  if (row === undefined)
    throw new DdaiError({ code: 'API_KEY_UNKNOWN', message: 'this API key is not known here' });
  if (row.revoked_at !== null) {
    throw new DdaiError({
      code: 'API_KEY_REVOKED',
      message: 'this API key was revoked',
      remedy: 'Use another key.',
    });
  }
  if (row.expires_at !== null && new Date(row.expires_at).getTime() <= clock.now()) {
    throw new DdaiError({
      code: 'API_KEY_EXPIRED',
      message: 'this API key has expired',
      remedy: 'Make a new key.',
    });
  }
  await rateLimit.take(row.key_id);
  return { tenantId: row.tenant_id, keyId: row.key_id, payer: row.payer, scopes: row.scopes };
}

/** Lets a request pass whose key has `scope`, and puts the caller beside it. */
export function requireScope(
  scope: Scope,
  dependencies: AuthenticateDependencies,
): MiddlewareHandler<GatewayEnvironment> {
  return async (context, next) => {
    const caller = await authenticate(context.req.header('authorization'), dependencies);
    if (!caller.scopes.includes(scope) && !caller.scopes.includes('admin')) {
      throw new DdaiError({
        code: 'SCOPE_MISSING',
        message: `this API key lacks the scope ${scope}; it has ${caller.scopes.join(', ')}`,
        remedy: 'Make a key with that scope.',
      });
    }
    context.set('caller', caller);
    await next();
  };
}
