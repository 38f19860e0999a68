import { TICKET_TASKS } from '@ddai/learning';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ListLabellingQueue } from '../classification/labelling-queue.ts';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import { classificationSchema } from './classification-routes.ts';

const queuedSchema = z
  .object({
    completion: z.string().openapi({ description: 'Name it in POST /v1/feedback' }),
    question: z.string(),
    predicted: classificationSchema,
    reason: z.enum(['out-of-scope', 'uncertain', 'different']),
    uncertainty: z
      .number()
      .openapi({ description: '1 minus the margin between the two likeliest labels' }),
    similarity: z
      .number()
      .openapi({ description: 'With the nearest that is labelled or proposed before it' }),
    standsFor: z
      .number()
      .int()
      .openapi({ description: 'Questions left out that say nearly the same' }),
    createdAt: z.string(),
  })
  .openapi('QueuedQuestion');

const list = createRoute({
  method: 'get',
  path: '/{id}/labelling-queue',
  summary: 'Questions that a person should label, the most useful first',
  request: {
    params: z.object({ id: z.string() }),
    query: z.object({
      task: z.enum(TICKET_TASKS).default('intent'),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
  },
  responses: {
    200: {
      description: 'Each with why it is proposed',
      content: jsonContent(z.object({ data: z.array(queuedSchema) })),
    },
    ...PROBLEMS,
  },
});

export interface LabellingRouteDependencies extends AuthenticateDependencies {
  readonly listLabellingQueue: ListLabellingQueue;
}

/** `/v1/assistants/{id}/labelling-queue`. */
export function createLabellingRoutes(
  dependencies: LabellingRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const app = createApiApp();
  app.use('/:id/labelling-queue', requireScope('chat', dependencies));

  app.openapi(list, async (context) => {
    const { tenantId } = context.get('caller');
    const { task, limit } = context.req.valid('query');
    const assistant = context.req.valid('param').id;
    const data = await dependencies.listLabellingQueue(tenantId, { assistant, task, limit });
    return context.json({ data }, 200);
  });
  return app;
}
