import { parseUrl } from '@ddai/documents';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Database } from '../database/database.ts';
import { idempotencyHeader, jsonContent, PROBLEMS } from '../http/api-app.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import { idempotent } from '../http/idempotent.ts';
import type { KnowledgeSyncs } from '../sync/knowledge-syncs.ts';

/** Sites are asked at most four times an hour, and once in thirty days at least. */
const LEAST_MINUTES = 15;
const MOST_MINUTES = 43_200;

const settingsSchema = z.strictObject({
  sitemap: z.string().min(1).max(2000).openapi({ example: 'https://example.com/sitemap.xml' }),
  everyMinutes: z
    .number()
    .int()
    .min(LEAST_MINUTES)
    .max(MOST_MINUTES)
    .nullable()
    .openapi({ description: 'From one run to the next; null: only when asked' }),
});
const syncSchema = z
  .object({
    sitemap: z.string(),
    everyMinutes: z.number().int().nullable(),
    nextAt: z.string().nullable(),
  })
  .openapi('KnowledgeSync');
const runSchema = z
  .object({
    id: z.string(),
    cause: z.enum(['request', 'schedule']),
    state: z.enum(['waiting', 'running', 'completed', 'failed']),
    sitemap: z.string(),
    createdAt: z.string(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    failure: z.object({ code: z.string(), detail: z.string().nullable() }).nullable(),
    pages: z.number().int().nullable().openapi({ description: 'That the sitemap names' }),
    added: z.number().int(),
    changed: z.number().int(),
    unchanged: z.number().int(),
    removed: z.number().int(),
    refused: z.number().int().openapi({ description: 'Not taken in; an older version stays' }),
  })
  .openapi('SyncRun');
const problemSchema = z.object({
  path: z.string(),
  code: z.string(),
  detail: z.string().nullable(),
});

const params = z.object({ id: z.string() });
const readSync = createRoute({
  method: 'get',
  path: '/{id}/sync',
  summary: 'Where the gateway fetches the pages of a source itself',
  request: { params },
  responses: {
    200: {
      description: 'Null where it does not',
      content: jsonContent(z.object({ data: syncSchema.nullable() })),
    },
    ...PROBLEMS,
  },
});
const setSync = createRoute({
  method: 'put',
  path: '/{id}/sync',
  summary: 'Have the gateway fetch the pages that a sitemap names',
  request: { params, body: { required: true, content: jsonContent(settingsSchema) } },
  responses: {
    200: {
      description: 'With a schedule, the first run is due at once',
      content: jsonContent(syncSchema),
    },
    ...PROBLEMS,
  },
});
const endSync = createRoute({
  method: 'delete',
  path: '/{id}/sync',
  summary: 'Fetch no more; the pages stay',
  request: { params },
  responses: { 204: { description: 'Ended' }, ...PROBLEMS },
});
const start = createRoute({
  method: 'post',
  path: '/{id}/sync-runs',
  summary: 'Sync now',
  request: { params, headers: idempotencyHeader },
  responses: {
    202: { description: 'Waiting for a gateway', content: jsonContent(runSchema) },
    ...PROBLEMS,
  },
});
const listRuns = createRoute({
  method: 'get',
  path: '/{id}/sync-runs',
  summary: 'Runs of a source',
  request: { params },
  responses: {
    200: {
      description: 'The newest hundred, newest first',
      content: jsonContent(z.object({ data: z.array(runSchema) })),
    },
    ...PROBLEMS,
  },
});
const readRun = createRoute({
  method: 'get',
  path: '/{id}/sync-runs/{run}',
  summary: 'One run, and the pages that it did not take in',
  request: { params: params.extend({ run: z.string() }) },
  responses: {
    200: {
      description: 'Problems in the order of paths, the first thousand',
      content: jsonContent(runSchema.extend({ problems: z.array(problemSchema) })),
    },
    ...PROBLEMS,
  },
});

/** `/v1/knowledge-sources/{id}/sync` and `…/sync-runs`, on the routes of the sources. */
export function addKnowledgeSyncRoutes(
  app: OpenAPIHono<GatewayEnvironment>,
  { database, syncs }: { readonly database: Database; readonly syncs: KnowledgeSyncs },
): void {
  app.openapi(readSync, async (context) => {
    const { tenantId } = context.get('caller');
    return context.json({ data: await syncs.read(tenantId, context.req.valid('param').id) }, 200);
  });
  app.openapi(setSync, async (context) => {
    const { sitemap, everyMinutes } = context.req.valid('json');
    const settings = { sitemap: parseUrl(sitemap).href, everyMinutes };
    const { tenantId } = context.get('caller');
    const sync = await syncs.set(tenantId, context.req.valid('param').id, settings);
    return context.json(sync as z.infer<typeof syncSchema>, 200);
  });
  app.openapi(endSync, async (context) => {
    await syncs.set(context.get('caller').tenantId, context.req.valid('param').id, null);
    return context.body(null, 204);
  });
  app.openapi(start, async (context) => {
    const { tenantId } = context.get('caller');
    const sourceId = context.req.valid('param').id;
    const options = {
      tenantId,
      key: context.req.valid('header')['idempotency-key'],
      route: `POST /v1/knowledge-sources/${sourceId}/sync-runs`,
      request: {},
    };
    const { body } = await idempotent(database, options, async ({ id }) => ({
      status: 202,
      body: await syncs.start(tenantId, sourceId, id),
    }));
    return context.json(body as z.infer<typeof runSchema>, 202);
  });
  app.openapi(listRuns, async (context) => {
    const { tenantId } = context.get('caller');
    return context.json(
      { data: await syncs.listRuns(tenantId, context.req.valid('param').id) },
      200,
    );
  });
  app.openapi(readRun, async (context) => {
    const { id, run } = context.req.valid('param');
    return context.json(await syncs.readRun(context.get('caller').tenantId, id, run), 200);
  });
}
