import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';
import type { QueryAuditor } from '../queries/query-auditor.ts';

const nodeSchema = z
  .object({
    operator: z.string().openapi({ description: 'The account that owns its stake' }),
    signer: z.string(),
    query: z.boolean(),
    datasets: z.array(z.string()),
    answered: z.number().int(),
    failed: z.number().int(),
    auditsPassed: z.number().int(),
    auditsFailed: z.number().int(),
    latencyMilliseconds: z.number().nullable(),
    connectedAt: z.string(),
  })
  .openapi('Node');

const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Nodes connected to this gateway',
  responses: {
    200: {
      description: 'In no order',
      content: jsonContent(z.object({ data: z.array(nodeSchema) })),
    },
    ...PROBLEMS,
  },
});

/** `/v1/nodes`. */
export function createNodeRoutes(
  dependencies: AuthenticateDependencies & {
    directory: NodeDirectory;
    auditor: Pick<QueryAuditor, 'of'>;
  },
): OpenAPIHono<GatewayEnvironment> {
  const app = createApiApp();
  app.use(requireScope('usage', dependencies));
  app.openapi(list, (context) => {
    const data = dependencies.directory.list().map(({ session, answered, failed, latency }) => ({
      operator: session.operator,
      signer: session.signer,
      query: session.capabilities.query,
      datasets: session.capabilities.datasets,
      answered,
      failed,
      auditsPassed: dependencies.auditor.of(session.operator).passed,
      auditsFailed: dependencies.auditor.of(session.operator).failed,
      latencyMilliseconds: latency === undefined ? null : Math.round(latency),
      connectedAt: new Date(session.connectedAt).toISOString(),
    }));
    return context.json({ data }, 200);
  });
  return app;
}
