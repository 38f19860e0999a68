import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import type { KnowledgeShards } from '../knowledge/knowledge-shards.ts';

const erasureSchema = z
  .object({
    shard: z.string().openapi({ description: 'SHA-256 of the pages as nodes fetched them' }),
    retiredAt: z.string().openapi({ description: 'When a page in it was changed or deleted' }),
    erasedAt: z
      .string()
      .nullable()
      .openapi({ description: 'When it was gone here; null while work under way needs it' }),
    waitingFor: z
      .array(z.string())
      .openapi({ description: 'Nodes that fetched it and have not said that they forgot it' }),
  })
  .openapi('Erasure');

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'What became of pages that were changed or deleted, here and at nodes',
  responses: {
    200: {
      description: 'The newest hundred, newest first',
      content: jsonContent(z.object({ data: z.array(erasureSchema) })),
    },
    ...PROBLEMS,
  },
});

/** `/v1/erasures`. */
export function createErasureRoutes(
  dependencies: AuthenticateDependencies & { readonly shards: KnowledgeShards },
): OpenAPIHono<GatewayEnvironment> {
  const app = createApiApp();
  app.use(requireScope('knowledge', dependencies));
  app.openapi(list, async (context) => {
    const data = await dependencies.shards.listErasures(context.get('caller').tenantId);
    return context.json({ data }, 200);
  });
  return app;
}
