import { createHash, timingSafeEqual } from 'node:crypto';
import { DdaiError } from '@ddai/core';
import { addressField } from '@ddai/protocol';
import { Hono } from 'hono';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { createTenant } from '../tenants/create-tenant.ts';

const newTenantSchema = z.strictObject({ name: z.string().min(1).max(100), payer: addressField });

export interface AdminRouteDependencies {
  readonly database: Database;
  /** The gateway operator's own secret, from a file that only the operator reads. */
  readonly adminSecret: string;
}

/** `/admin/v1`: what the gateway's operator does; no tenant's key opens it. */
export function createAdminRoutes({ database, adminSecret }: AdminRouteDependencies): Hono {
  const app = new Hono();
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = digest(adminSecret);

  app.use(async (context, next) => {
    const given = /^Bearer (\S+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? '';
    // Equal-length digests: the comparison takes the same time wherever they differ.
    if (!timingSafeEqual(digest(given), expected)) {
      throw new DdaiError({
        code: 'API_KEY_UNKNOWN',
        message: 'this is not the gateway’s admin secret',
      });
    }
    await next();
  });

  app.post('/tenants', async (context) => {
    const body: unknown = await context.req.json().catch(() => undefined);
    const parsed = newTenantSchema.safeParse(body);
    if (!parsed.success) {
      throw new DdaiError({
        code: 'REQUEST_INVALID',
        message: `tenant: ${parsed.error.issues[0]?.message ?? 'invalid'}`,
      });
    }
    return context.json(await createTenant(database, parsed.data), 201);
  });

  return app;
}
