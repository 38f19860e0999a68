import { startTestDatabase, type TestDatabase } from '@ddai/testkit';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase, type Database } from '../src/database/database.ts';
import { createUuid } from '../src/database/ids.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { apiKeys, tenants } from '../src/database/schema/tenants.ts';
import { charges } from '../src/database/schema/work.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await startTestDatabase();
  await Promise.all([migrateDatabase(server.url), migrateDatabase(server.url)]);
  database = connectDatabase({ url: server.url });
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

const addTenant = async (name: string): Promise<string> => {
  const tenantId = createUuid();
  await database.asTenant(tenantId, (tx) =>
    tx.insert(tenants).values({ tenantId, name, payer: `payer of ${name}` }),
  );
  return tenantId;
};

describe('tenant isolation', () => {
  it('shows a tenant its own rows and never another one’s, even when asked for all', async () => {
    const [a, b] = [await addTenant('a'), await addTenant('b')];

    const seenByA = await database.asTenant(a, (tx) => tx.select().from(tenants));

    expect(seenByA.map((row) => row.tenantId)).toEqual([a]);
    expect(b).not.toBe(a);
  });

  it('refuses to write a row for another tenant', async () => {
    const [a, b] = [await addTenant('c'), await addTenant('d')];

    const write = database.asTenant(a, (tx) =>
      tx.insert(apiKeys).values({
        id: createUuid(),
        tenantId: b,
        name: 'stolen',
        secretHash: new Uint8Array(32),
        prefix: 'ddai_',
        scopes: ['chat'],
      }),
    );

    await expect(write).rejects.toMatchObject({
      cause: { message: expect.stringContaining('row-level security') },
    });
  });

  it('shows nothing when no tenant is named', async () => {
    await addTenant('e');

    expect(await database.asNobody((tx) => tx.select().from(tenants))).toEqual([]);
  });

  it('has row-level security enabled and forced on every table that holds a tenant’s rows', async () => {
    const { rows } = await database.asNobody((tx) =>
      tx.execute(sql`SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`),
    );

    expect(rows).toEqual([]);
  });

  it('does not let the gateway change what was promised', async () => {
    const a = await addTenant('f');

    await expect(
      database.asTenant(a, (tx) => tx.update(charges).set({ amount: '0' })),
    ).rejects.toMatchObject({
      cause: { message: expect.stringContaining('permission denied') },
    });
  });
});
