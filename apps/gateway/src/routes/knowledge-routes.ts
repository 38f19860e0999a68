import { LANGUAGES } from '@ddai/assistant';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Database } from '../database/database.ts';
import { createApiApp, idempotencyHeader, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import { idempotent } from '../http/idempotent.ts';
import type { KnowledgeFiles } from '../knowledge/knowledge-files.ts';
import type { KnowledgeSources } from '../knowledge/knowledge-sources.ts';
import type { KnowledgeSyncs } from '../sync/knowledge-syncs.ts';
import { addKnowledgeFileRoutes } from './knowledge-file-routes.ts';
import { addKnowledgeSyncRoutes } from './knowledge-sync-routes.ts';

const sourceSchema = z
  .object({ id: z.string(), name: z.string(), documents: z.number().int(), createdAt: z.string() })
  .openapi('KnowledgeSource');

const pageReportSchema = z
  .object({
    id: z.string(),
    answerable: z.boolean(),
    weaknesses: z
      .array(z.string())
      .openapi({ description: 'Why the page can’t be answered from, or only badly' }),
    language: z.enum(LANGUAGES).optional(),
    words: z.number().int(),
    passages: z.number().int(),
    sameAs: z.string().optional(),
    error: z.object({ code: z.string(), message: z.string() }).optional(),
  })
  .openapi('PageReport');

const newSourceSchema = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/),
});
const pagesSchema = z.strictObject({
  documents: z
    .array(
      z.strictObject({
        path: z.string().min(1).max(400),
        content: z.string(),
        format: z.enum(['markdown', 'text']).optional(),
      }),
    )
    .max(20_000),
});

const idParam = z.object({ id: z.string() });
const create = createRoute({
  method: 'post',
  path: '/',
  summary: 'Make an empty knowledge source',
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: jsonContent(newSourceSchema) },
  },
  responses: {
    201: { description: 'The source', content: jsonContent(sourceSchema) },
    ...PROBLEMS,
  },
});
const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Knowledge sources of this tenant',
  responses: {
    200: {
      description: 'Oldest first',
      content: jsonContent(z.object({ data: z.array(sourceSchema) })),
    },
    ...PROBLEMS,
  },
});
const replace = createRoute({
  method: 'put',
  path: '/{id}/documents',
  summary: 'Replace the pages of a source; pages not named are forgotten',
  request: { params: idParam, body: { required: true, content: jsonContent(pagesSchema) } },
  responses: {
    200: {
      description: 'What became of each page',
      content: jsonContent(z.object({ data: z.array(pageReportSchema) })),
    },
    ...PROBLEMS,
  },
});
const remove = createRoute({
  method: 'delete',
  path: '/{id}',
  summary: 'Forget a source and its pages',
  request: { params: idParam },
  responses: { 204: { description: 'Forgotten' }, ...PROBLEMS },
});

export interface KnowledgeRouteDependencies extends AuthenticateDependencies {
  readonly database: Database;
  readonly sources: KnowledgeSources;
  readonly files: KnowledgeFiles;
  readonly syncs: KnowledgeSyncs;
}

/** `/v1/knowledge-sources`. */
export function createKnowledgeRoutes(
  dependencies: KnowledgeRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { database, sources, files, syncs } = dependencies;
  const app = createApiApp();
  app.use(requireScope('knowledge', dependencies));

  app.openapi(create, async (context) => {
    const { tenantId } = context.get('caller');
    const request = context.req.valid('json');
    const options = {
      tenantId,
      key: context.req.valid('header')['idempotency-key'],
      route: 'POST /v1/knowledge-sources',
      request,
    };
    const { body } = await idempotent(database, options, async ({ id }) => ({
      status: 201,
      body: await sources.create(tenantId, { id, name: request.name }),
    }));
    return context.json(body as z.infer<typeof sourceSchema>, 201);
  });
  app.openapi(list, async (context) =>
    context.json({ data: await sources.list(context.get('caller').tenantId) }, 200),
  );
  app.openapi(replace, async (context) => {
    const { documents } = context.req.valid('json');
    const reports = await sources.replacePages(
      context.get('caller').tenantId,
      context.req.valid('param').id,
      documents,
    );
    return context.json(
      { data: reports.map((report) => ({ ...report, weaknesses: [...report.weaknesses] })) },
      200,
    );
  });
  app.openapi(remove, async (context) => {
    await sources.remove(context.get('caller').tenantId, context.req.valid('param').id);
    return context.body(null, 204);
  });
  addKnowledgeFileRoutes(app, files);
  addKnowledgeSyncRoutes(app, { database, syncs });
  return app;
}
