import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Database } from '../database/database.ts';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import type { AuthenticateDependencies } from '../http/authenticate.ts';
import { requireScope } from '../http/authenticate.ts';
import { type GatewayEnvironment, SCOPES } from '../http/environment.ts';
import { createApiKey, listApiKeys, revokeApiKey } from '../tenants/api-keys.ts';

const apiKeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(z.string()),
    createdAt: z.string(),
    expiresAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
  })
  .openapi('ApiKey');

const newApiKeySchema = z.strictObject({
  name: z.string().min(1).max(100),
  scopes: z.array(z.enum(SCOPES)).min(1),
  expiresInSeconds: z
    .number()
    .int()
    .positive()
    .max(10 * 365 * 86_400)
    .optional(),
});

const create = createRoute({
  method: 'post',
  path: '/',
  summary: 'Make an API key; the secret is shown once',
  request: {
    body: { required: true, content: jsonContent(newApiKeySchema) },
  },
  responses: {
    201: {
      description: 'The key',
      content: jsonContent(apiKeySchema.extend({ secret: z.string() })),
    },
    ...PROBLEMS,
  },
});

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'API keys of this tenant',
  responses: {
    200: {
      description: 'Newest first',
      content: jsonContent(z.object({ data: z.array(apiKeySchema) })),
    },
    ...PROBLEMS,
  },
});

const revoke = createRoute({
  method: 'delete',
  path: '/{id}',
  summary: 'End an API key at once',
  request: { params: z.object({ id: z.string() }) },
  responses: { 204: { description: 'It no longer works' }, ...PROBLEMS },
});

/** `/v1/api-keys`; needs the scope `admin`. */
export function createApiKeyRoutes(
  dependencies: AuthenticateDependencies & { database: Database },
): OpenAPIHono<GatewayEnvironment> {
  const { database, clock } = dependencies;
  const app = createApiApp();
  app.use(requireScope('admin', dependencies));

  // Not idempotent: the answer holds the secret, which is stored nowhere, not even for a repeat.
  app.openapi(create, async (context) => {
    const { tenantId } = context.get('caller');
    const { expiresInSeconds, name, scopes } = context.req.valid('json');
    const expiresAt =
      expiresInSeconds === undefined ? undefined : new Date(clock.now() + expiresInSeconds * 1000);
    const key = await database.asTenant(tenantId, (tx) =>
      createApiKey(tx, tenantId, { name, scopes, expiresAt }),
    );
    return context.json({ ...key, scopes: [...key.scopes] }, 201);
  });

  app.openapi(list, async (context) => {
    const data = await listApiKeys(database, context.get('caller').tenantId);
    return context.json({ data: data.map((key) => ({ ...key, scopes: [...key.scopes] })) }, 200);
  });

  app.openapi(revoke, async (context) => {
    await revokeApiKey(database, context.get('caller').tenantId, context.req.valid('param').id);
    return context.body(null, 204);
  });

  return app;
}
