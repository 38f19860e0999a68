import { randomBytes } from 'node:crypto';
import { DdaiError } from '@ddai/core';
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { Database, Transaction } from '../database/database.ts';
import { createUuid, idToUuid, uuidToId } from '../database/ids.ts';
import { apiKeys } from '../database/schema/tenants.ts';
import { hashApiKey } from '../http/authenticate.ts';
import type { Scope } from '../http/environment.ts';

export interface NewApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** When it stops working; never without one. */
  readonly expiresAt?: Date | undefined;
}

export interface ApiKeyView {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

const SECRET_BYTES = 32;
const PREFIX_CHARACTERS = 10;

/** Makes a key; the secret is in the answer and nowhere else. */
export async function createApiKey(
  transaction: Transaction,
  tenantId: string,
  { name, scopes, expiresAt }: NewApiKey,
): Promise<ApiKeyView & { secret: string }> {
  const secret = `ddai_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  const prefix = secret.slice(0, PREFIX_CHARACTERS);
  const [row] = await transaction
    .insert(apiKeys)
    .values({
      id: createUuid(),
      tenantId,
      name,
      secretHash: hashApiKey(secret),
      prefix,
      scopes: [...scopes],
      expiresAt: expiresAt ?? null,
    })
    .returning();
  if (row === undefined) throw new Error('the insert returned no row');
  return { ...rowToView(row), secret };
}

export async function listApiKeys(database: Database, tenantId: string): Promise<ApiKeyView[]> {
  const rows = await database.asTenant(tenantId, (tx) =>
    tx.select().from(apiKeys).orderBy(desc(apiKeys.createdAt)),
  );
  return rows.map(rowToView);
}

/** Ends a key at once. @throws {DdaiError} `NOT_FOUND`, `ID_INVALID` */
export async function revokeApiKey(
  database: Database,
  tenantId: string,
  id: string,
): Promise<void> {
  const uuid = idToUuid('apiKey', id);
  await database.asTenant(tenantId, async (tx) => {
    const [row] = await tx.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.id, uuid));
    if (row === undefined) throw new DdaiError({ code: 'NOT_FOUND', message: `no API key ${id}` });
    await tx
      .update(apiKeys)
      .set({ revokedAt: new Date() })
      .where(and(eq(apiKeys.id, uuid), isNull(apiKeys.revokedAt)));
  });
}

function rowToView(row: typeof apiKeys.$inferSelect): ApiKeyView {
  return {
    id: uuidToId('apiKey', row.id),
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
