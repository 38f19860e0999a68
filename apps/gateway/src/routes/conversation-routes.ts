import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Conversations, ConversationView } from '../assistant/conversations.ts';
import type { FindAssistant } from '../assistant/find-assistant.ts';
import type { Database } from '../database/database.ts';
import { createApiApp, idempotencyHeader, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import { idempotent } from '../http/idempotent.ts';

const conversationSchema = z
  .object({ id: z.string(), model: z.string(), createdAt: z.string() })
  .openapi('Conversation');

const exchangeSchema = z
  .object({
    id: z.string().openapi({ description: 'The completion’s id' }),
    question: z.string().openapi({ description: 'Without the personal data that was in it' }),
    answer: z.string(),
    ddai: z.unknown().openapi({ description: 'As beside the completion' }),
    createdAt: z.string(),
  })
  .openapi('Exchange');

const newConversationSchema = z.strictObject({
  model: z.string().min(1).max(100).openapi({ description: 'An assistant’s id or name' }),
});
const idParam = z.object({ id: z.string() });
const cursorQuery = z.object({
  cursor: z.string().optional().openapi({ description: '`nextCursor` of the page before' }),
});
const pageSchema = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

const open = createRoute({
  method: 'post',
  path: '/',
  summary: 'Open a conversation that the gateway remembers',
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: jsonContent(newConversationSchema) },
  },
  responses: {
    201: { description: 'Name it in chat requests', content: jsonContent(conversationSchema) },
    ...PROBLEMS,
  },
});
const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Conversations of this tenant',
  request: { query: cursorQuery },
  responses: {
    200: { description: 'Newest first', content: jsonContent(pageSchema(conversationSchema)) },
    ...PROBLEMS,
  },
});
const read = createRoute({
  method: 'get',
  path: '/{id}/messages',
  summary: 'Questions and answers of a conversation',
  request: { params: idParam, query: cursorQuery },
  responses: {
    200: { description: 'Oldest first', content: jsonContent(pageSchema(exchangeSchema)) },
    ...PROBLEMS,
  },
});
const forget = createRoute({
  method: 'delete',
  path: '/{id}',
  summary: 'Erase a conversation with its questions and answers',
  request: { params: idParam },
  responses: { 204: { description: 'Erased' }, ...PROBLEMS },
});

export interface ConversationRouteDependencies extends AuthenticateDependencies {
  readonly database: Database;
  readonly conversations: Conversations;
  readonly findAssistant: FindAssistant;
}

/** `/v1/conversations`. */
export function createConversationRoutes(
  dependencies: ConversationRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { database, conversations, findAssistant } = dependencies;
  const app = createApiApp();
  app.use(requireScope('chat', dependencies));

  app.openapi(open, async (context) => {
    const { tenantId } = context.get('caller');
    const request = context.req.valid('json');
    const key = context.req.valid('header')['idempotency-key'];
    const options = { tenantId, key, route: 'POST /v1/conversations', request };
    const { body } = await idempotent(database, options, async ({ id }) => {
      const assistant = await findAssistant(tenantId, request.model);
      const body = await conversations.open(tenantId, { id, assistantId: assistant.id });
      return { status: 201, body };
    });
    return context.json(body as ConversationView, 201);
  });
  app.openapi(list, async (context) => {
    const { cursor } = context.req.valid('query');
    return context.json(await conversations.list(context.get('caller').tenantId, cursor), 200);
  });
  app.openapi(read, async (context) => {
    const { tenantId } = context.get('caller');
    const { id } = context.req.valid('param');
    const { cursor } = context.req.valid('query');
    return context.json(await conversations.readExchanges(tenantId, id, cursor), 200);
  });
  app.openapi(forget, async (context) => {
    await conversations.forget(context.get('caller').tenantId, context.req.valid('param').id);
    return context.body(null, 204);
  });
  return app;
}
