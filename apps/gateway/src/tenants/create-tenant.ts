import { DdaiError, isDdaiError } from '@ddai/core';
import { type Address, getAddress } from 'viem';
import type { Database } from '../database/database.ts';
import { createUuid, uuidToId } from '../database/ids.ts';
import { assistants } from '../database/schema/assistants.ts';
import { tenants } from '../database/schema/tenants.ts';
import { createApiKey } from './api-keys.ts';

export interface NewTenant {
  readonly name: string;
  /** The account whose escrow balance pays for its work. */
  readonly payer: Address;
}

export interface CreatedTenant {
  readonly id: string;
  /** Its first assistant: the `model` of its chat requests. */
  readonly assistantId: string;
  /** Its first key, with every scope. Shown once. */
  readonly apiKey: string;
}

/** A tenant, its first assistant and its first key, together or not at all. @throws {DdaiError} `NAME_TAKEN` */
export async function createTenant(
  database: Database,
  { name, payer }: NewTenant,
): Promise<CreatedTenant> {
  const tenantId = createUuid();
  const assistantId = createUuid();
  try {
    return await database.asTenant(tenantId, async (tx) => {
      await tx.insert(tenants).values({ tenantId, name, payer: getAddress(payer) });
      await tx.insert(assistants).values({ id: assistantId, tenantId, name: 'support' });
      const { secret } = await createApiKey(tx, tenantId, { name: 'first key', scopes: ['admin'] });
      return {
        id: uuidToId('tenant', tenantId),
        assistantId: uuidToId('assistant', assistantId),
        apiKey: secret,
      };
    });
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause;
    throw new DdaiError({
      code: 'NAME_TAKEN',
      message: `a tenant with the name ${name} or the payer ${payer} exists`,
      remedy: 'Choose another name; every tenant pays from an account of its own.',
      cause,
    });
  }
}

const UNIQUE_VIOLATION = '23505';

/** Whether a query failed because a row of that key was there (SQLSTATE 23505). */
export function isUniqueViolation(error: unknown): boolean {
  return isDdaiError(error, 'DATABASE_QUERY_FAILED') && error.fields.sqlState === UNIQUE_VIOLATION;
}
