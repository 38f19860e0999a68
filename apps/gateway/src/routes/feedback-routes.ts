import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { FeedbackBook, FeedbackView } from '../classification/feedback.ts';
import type { Database } from '../database/database.ts';
import { createApiApp, idempotencyHeader, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import { idempotent } from '../http/idempotent.ts';

const label = z.string().trim().min(1).max(200).optional();
const labelsSchema = z.strictObject({
  intent: label,
  topic: label,
  priority: label,
  sentiment: label,
});
const newFeedbackSchema = z.strictObject({
  completion: z.string().openapi({ description: 'The answer’s id' }),
  rating: z.enum(['good', 'bad']),
  labels: labelsSchema
    .optional()
    .openapi({ description: 'What the question should have been taken for, by task' }),
  comment: z
    .string()
    .max(10_000)
    .optional()
    .openapi({ description: 'Personal data is taken out before it is stored' }),
});
const feedbackSchema = z
  .object({
    id: z.string(),
    completion: z.string(),
    rating: z.enum(['good', 'bad']),
    tasks: z.array(z.string()).openapi({ description: 'Tasks that were labelled' }),
    deliveredAt: z
      .string()
      .nullable()
      .openapi({ description: 'When the labels were taken away and forgotten here' }),
    createdAt: z.string(),
  })
  .openapi('Feedback');
const labelledSchema = z
  .object({
    id: z.string(),
    completion: z.string(),
    text: z.string().openapi({ description: 'The question, without personal data' }),
    labels: labelsSchema,
    createdAt: z.string(),
  })
  .openapi('LabelledQuestion');

/** As many as one request takes away, and one acknowledges. */
const MOST_LABELS = 1000;

const give = createRoute({
  method: 'post',
  path: '/',
  summary: 'Say whether an answer was good, and what its question should be labelled',
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: jsonContent(newFeedbackSchema) },
  },
  responses: { 201: { description: 'Stored', content: jsonContent(feedbackSchema) }, ...PROBLEMS },
});
const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Feedback on this tenant’s answers',
  request: { query: z.object({ cursor: z.string().optional() }) },
  responses: {
    200: {
      description: 'Newest first',
      content: jsonContent(
        z.object({
          data: z.array(feedbackSchema.extend({ comment: z.string().nullable() })),
          nextCursor: z.string().nullable(),
        }),
      ),
    },
    ...PROBLEMS,
  },
});
const listLabels = createRoute({
  method: 'get',
  path: '/labels',
  summary: 'Labelled questions that nobody has taken away yet',
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(MOST_LABELS).default(MOST_LABELS),
    }),
  },
  responses: {
    200: {
      description: 'Oldest first; the next ones come when these are acknowledged',
      content: jsonContent(z.object({ data: z.array(labelledSchema) })),
    },
    ...PROBLEMS,
  },
});
const acknowledge = createRoute({
  method: 'post',
  path: '/labels/acknowledge',
  summary: 'Forget labels that are safe with their owner; the same again changes nothing',
  request: {
    body: {
      required: true,
      content: jsonContent(z.strictObject({ ids: z.array(z.string()).min(1).max(MOST_LABELS) })),
    },
  },
  responses: {
    200: {
      description: 'How many were forgotten now',
      content: jsonContent(z.object({ forgotten: z.number().int() })),
    },
    ...PROBLEMS,
  },
});

export interface FeedbackRouteDependencies extends AuthenticateDependencies {
  readonly database: Database;
  readonly feedback: FeedbackBook;
}

/** `/v1/feedback`. */
export function createFeedbackRoutes(
  dependencies: FeedbackRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { database, feedback } = dependencies;
  const app = createApiApp();
  app.use('/', requireScope('chat', dependencies));
  for (const path of ['/labels', '/labels/*'])
    app.use(path, requireScope('training', dependencies));

  app.openapi(give, async (context) => {
    const { tenantId } = context.get('caller');
    const { labels, comment, ...required } = context.req.valid('json');
    const given = Object.fromEntries(Object.entries(labels ?? {}).filter(([, value]) => value));
    const request = { ...required, labels: given, ...(comment === undefined ? {} : { comment }) };
    const key = context.req.valid('header')['idempotency-key'];
    const options = { tenantId, key, route: 'POST /v1/feedback', request };
    const { body } = await idempotent(database, options, async ({ id }) => ({
      status: 201,
      body: await feedback.give(tenantId, { id, ...request }),
    }));
    const { id, completion, rating, tasks, deliveredAt, createdAt } = body as FeedbackView;
    return context.json({ id, completion, rating, tasks: [...tasks], deliveredAt, createdAt }, 201);
  });
  app.openapi(list, async (context) => {
    const { cursor } = context.req.valid('query');
    const { data, nextCursor } = await feedback.list(context.get('caller').tenantId, cursor);
    const shown = data.map(({ tasks, ...rest }) => ({ ...rest, tasks: [...tasks] }));
    return context.json({ data: shown, nextCursor }, 200);
  });
  app.openapi(listLabels, async (context) => {
    const { limit } = context.req.valid('query');
    const data = await feedback.listLabels(context.get('caller').tenantId, limit);
    return context.json({ data }, 200);
  });
  app.openapi(acknowledge, async (context) => {
    const { ids } = context.req.valid('json');
    const forgotten = await feedback.forgetLabels(context.get('caller').tenantId, ids);
    return context.json({ forgotten }, 200);
  });
  return app;
}
