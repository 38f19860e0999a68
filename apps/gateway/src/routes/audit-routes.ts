import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import type { AuditLog } from '../queries/audit-log.ts';

const auditSchema = z
  .object({
    id: z.string(),
    completion: z.string(),
    node: z.string(),
    passed: z.boolean().openapi({ description: 'Whether the same work gave the same bytes here' }),
    createdAt: z.string(),
  })
  .openapi('Audit');

const evidenceSchema = z
  .object({
    attestation: z.unknown().openapi({ description: 'As the node signed it' }),
    input: z.string().openapi({ description: 'What the node was asked, hexadecimal' }),
    result: z.string().openapi({ description: 'What it answered' }),
    expected: z.string().openapi({ description: 'What the same input gave here' }),
  })
  .openapi('AuditEvidence');

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Answers of nodes to this tenant’s questions that were run again',
  request: { query: z.object({ cursor: z.string().optional() }) },
  responses: {
    200: {
      description: 'Newest first',
      content: jsonContent(
        z.object({ data: z.array(auditSchema), nextCursor: z.string().nullable() }),
      ),
    },
    ...PROBLEMS,
  },
});
const evidence = createRoute({
  method: 'get',
  path: '/{id}/evidence',
  summary: 'What a dispute over a wrong answer needs',
  request: { params: z.object({ id: z.string() }) },
  responses: {
    200: { description: 'Of an audit that failed', content: jsonContent(evidenceSchema) },
    ...PROBLEMS,
  },
});

/** `/v1/audits`. */
export function createAuditRoutes(
  dependencies: AuthenticateDependencies & { readonly audits: AuditLog },
): OpenAPIHono<GatewayEnvironment> {
  const { audits } = dependencies;
  const app = createApiApp();
  app.use(requireScope('usage', dependencies));
  app.openapi(list, async (context) => {
    const { cursor } = context.req.valid('query');
    return context.json(await audits.list(context.get('caller').tenantId, cursor), 200);
  });
  app.openapi(evidence, async (context) => {
    const { tenantId } = context.get('caller');
    return context.json(await audits.readEvidence(tenantId, context.req.valid('param').id), 200);
  });
  return app;
}
