import { DdaiError } from '@ddai/core';
import { TICKET_TASKS, type TicketTask } from '@ddai/learning';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { asc, eq } from 'drizzle-orm';
import type { ChatAnswer } from '../assistant/chat-answer.ts';
import type { ChatRequest } from '../assistant/read-messages.ts';
import { reviseAnswer } from '../assistant/revise-answer.ts';
import type { TicketModels } from '../classification/ticket-models.ts';
import type { Database } from '../database/database.ts';
import { idToUuid, uuidToId } from '../database/ids.ts';
import { assistants } from '../database/schema/assistants.ts';
import { createApiApp, idempotencyHeader, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { Caller, GatewayEnvironment } from '../http/environment.ts';
import { idempotent, type Run } from '../http/idempotent.ts';
import { streamChat } from './stream-chat.ts';

/** Text, or OpenAI's list of parts, of which only text parts are read. */
const contentSchema = z.union([
  z.string().max(100_000),
  z.array(z.object({ type: z.literal('text'), text: z.string().max(100_000) })).max(64),
]);

const chatRequestSchema = z.object({
  model: z.string().min(1).max(100).openapi({ description: 'An assistant’s id or name' }),
  messages: z
    .array(
      z.object({
        role: z.enum(['system', 'developer', 'user', 'assistant']),
        content: contentSchema,
      }),
    )
    .min(1)
    .max(200),
  stream: z.boolean().optional(),
  conversation: z.string().optional().openapi({
    description: 'A conversation’s id: what was said in it comes before `messages`',
  }),
});

const chatResponseSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.number().int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.number().int(),
        message: z.object({ role: z.literal('assistant'), content: z.string() }),
        finish_reason: z.literal('stop'),
      }),
    ),
    ddai: z.unknown().openapi({
      description:
        'Citations, confidence, abstention, intent, classification, route, node and attestation',
    }),
  })
  .openapi('ChatCompletion');

const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.number().int(),
  owned_by: z.string(),
  name: z.string(),
});

const complete = createRoute({
  method: 'post',
  path: '/chat/completions',
  summary: 'Answer from this tenant’s knowledge, with citations; OpenAI’s request shape',
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: jsonContent(chatRequestSchema) },
  },
  responses: {
    200: {
      description: 'The answer, or a stream of it',
      content: { ...jsonContent(chatResponseSchema), 'text/event-stream': { schema: z.string() } },
    },
    ...PROBLEMS,
  },
});
const listModels = createRoute({
  method: 'get',
  path: '/models',
  summary: 'Assistants of this tenant, in OpenAI’s list shape',
  responses: {
    200: {
      description: 'Oldest first',
      content: jsonContent(z.object({ object: z.literal('list'), data: z.array(modelSchema) })),
    },
    ...PROBLEMS,
  },
});
const modelChoice = z.string().nullable().optional();
const configure = createRoute({
  method: 'patch',
  path: '/assistants/{id}',
  summary:
    'Set an assistant’s models of intent, topic, priority and sentiment, whether it stays local, and what ranks and writes for it',
  request: {
    params: z.object({ id: z.string() }),
    body: {
      required: true,
      content: jsonContent(
        z.strictObject({
          intentModelId: z
            .string()
            .nullable()
            .optional()
            .openapi({ description: 'The same as classifiers.intent' }),
          classifiers: z
            .strictObject({
              intent: modelChoice,
              topic: modelChoice,
              priority: modelChoice,
              sentiment: modelChoice,
            })
            .optional()
            .openapi({
              description: 'Trained model of each task; null for none, absent: as it is',
            }),
          localOnly: z
            .boolean()
            .optional()
            .openapi({ description: 'No question goes to a node or a model of others' }),
          answerWriter: z
            .string()
            .max(100)
            .nullable()
            .optional()
            .openapi({ description: 'Model endpoint of the operator, by name; null: quote' }),
          encoder: z.string().max(100).nullable().optional().openapi({
            description: 'Embeddings endpoint of the operator, by name; null: words alone rank',
          }),
        }),
      ),
    },
  },
  responses: { 204: { description: 'From the next question on' }, ...PROBLEMS },
});

export interface ChatRouteDependencies extends AuthenticateDependencies {
  readonly database: Database;
  readonly ticketModels: TicketModels;
  /** Names of the operator's model endpoints. */
  readonly answerWriters: readonly string[];
  /** Names of the operator's embeddings endpoints. */
  readonly encoders: readonly string[];
  readonly complete: (caller: Caller, request: ChatRequest, run: Run) => Promise<ChatAnswer>;
}

/** `/v1/chat/completions`, `/v1/models`, `/v1/assistants`. */
export function createChatRoutes(
  dependencies: ChatRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { database, ticketModels, answerWriters, encoders } = dependencies;
  const app = createApiApp();
  for (const path of ['/chat/*', '/models', '/assistants/*'])
    app.use(path, requireScope('chat', dependencies));

  app.openapi(complete, async (context) => {
    const caller = context.get('caller');
    const { stream = false, model, messages, conversation } = context.req.valid('json');
    const request: ChatRequest = {
      model,
      messages: messages.map(({ role, content }) => ({
        role: role === 'developer' ? 'system' : role,
        content: typeof content === 'string' ? content : content.map(({ text }) => text).join('\n'),
      })),
      ...(conversation === undefined ? {} : { conversation }),
    };
    const key = context.req.valid('header')['idempotency-key'];
    const options = {
      tenantId: caller.tenantId,
      key,
      route: 'POST /v1/chat/completions',
      request,
      revise: reviseAnswer,
    };
    const { body } = await idempotent(database, options, async (run) => ({
      status: 200,
      body: await dependencies.complete(caller, request, run),
    }));
    const answer = body as ChatAnswer;
    return stream ? streamChat(answer) : context.json(answerToResponse(answer), 200);
  });

  app.openapi(listModels, async (context) => {
    const rows = await database.asTenant(context.get('caller').tenantId, (tx) =>
      tx.select().from(assistants).orderBy(asc(assistants.id)),
    );
    const data = rows.map(({ id, name, createdAt }) => ({
      id: uuidToId('assistant', id),
      object: 'model' as const,
      created: Math.floor(createdAt.getTime() / 1000),
      owned_by: 'ddai',
      name,
    }));
    return context.json({ object: 'list' as const, data }, 200);
  });

  app.openapi(configure, async (context) => {
    const { tenantId } = context.get('caller');
    const { id } = context.req.valid('param');
    const { intentModelId, classifiers, localOnly, answerWriter, encoder } =
      context.req.valid('json');
    const chosen = chooseModels(intentModelId, classifiers);
    for (const modelId of Object.values(chosen))
      if (modelId !== null) await ticketModels.load(tenantId, modelId);
    assertNamed('answerWriter', answerWriter, answerWriters);
    assertNamed('encoder', encoder, encoders);
    const changed = await database.asTenant(tenantId, (tx) =>
      tx
        .update(assistants)
        .set({
          // Sets something even for an empty body, so that an unknown assistant is told.
          id: idToUuid('assistant', id),
          ...chosen,
          ...(localOnly === undefined ? {} : { localOnly }),
          ...(answerWriter === undefined ? {} : { answerWriter }),
          ...(encoder === undefined ? {} : { encoder }),
        })
        .where(eq(assistants.id, idToUuid('assistant', id)))
        .returning({ id: assistants.id }),
    );
    if (changed.length === 0)
      throw new DdaiError({ code: 'MODEL_UNKNOWN', message: `no assistant ${id}` });
    return context.body(null, 204);
  });
  return app;
}

type ModelColumn = `${TicketTask}ModelId`;

/** The columns to set, with UUIDs. @throws {DdaiError} `ID_INVALID`, `REQUEST_INVALID` */
function chooseModels(
  intentModelId: string | null | undefined,
  classifiers: Partial<Record<TicketTask, string | null | undefined>> = {},
): Partial<Record<ModelColumn, string | null>> {
  if (intentModelId !== undefined && classifiers.intent !== undefined) {
    throw new DdaiError({
      code: 'REQUEST_INVALID',
      message: 'intentModelId and classifiers.intent are the same: give one of them',
    });
  }
  const all = intentModelId === undefined ? classifiers : { ...classifiers, intent: intentModelId };
  const chosen: Partial<Record<ModelColumn, string | null>> = {};
  for (const task of TICKET_TASKS) {
    const id = all[task];
    if (id !== undefined) chosen[`${task}ModelId`] = id === null ? null : idToUuid('model', id);
  }
  return chosen;
}

/** The operator's flag for endpoints of each kind. */
const ENDPOINT_FLAGS = { answerWriter: '--answer-writers', encoder: '--encoders' } as const;

function assertNamed(
  field: keyof typeof ENDPOINT_FLAGS,
  name: string | null | undefined,
  names: readonly string[],
): void {
  if (typeof name !== 'string' || names.includes(name)) return;
  throw new DdaiError({
    code: 'REQUEST_INVALID',
    message: `${field}: this gateway has none named ${name}`,
    remedy: `Its operator names them with ${ENDPOINT_FLAGS[field]}.`,
  });
}

function answerToResponse({
  id,
  created,
  model,
  text,
  details,
}: ChatAnswer): z.infer<typeof chatResponseSchema> {
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    ddai: details,
  };
}
