import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { jsonContent, PROBLEMS } from '../http/api-app.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import type { KnowledgeFiles } from '../knowledge/knowledge-files.ts';

const formatSchema = z.enum(['markdown', 'text', 'html', 'pdf', 'docx']);

const documentSchema = z
  .object({
    path: z.string(),
    title: z.string(),
    format: formatSchema,
    language: z.string().nullable(),
    sha256: z.string().openapi({ description: 'Of the bytes that were given' }),
    words: z.number().int(),
    passages: z.number().int(),
    problem: z.string().nullable().openapi({ description: 'Why it can’t be answered from' }),
  })
  .openapi('KnowledgeDocument');

const fileReportSchema = z
  .object({
    id: z.string(),
    change: z.enum(['added', 'changed', 'unchanged']),
    format: formatSchema,
    answerable: z.boolean(),
    weaknesses: z.array(z.string()),
    words: z.number().int(),
    passages: z.number().int(),
    sameAs: z.string().optional(),
  })
  .openapi('FileReport');

const params = z.object({ id: z.string() });
const pathQuery = z.object({
  path: z
    .string()
    .min(1)
    .max(400)
    .openapi({ description: 'Names the document within its source', example: 'manual.pdf' }),
});

const list = createRoute({
  method: 'get',
  path: '/{id}/files',
  summary: 'Documents of a source, as a sync compares them',
  request: { params, query: z.object({ after: z.string().max(400).optional() }) },
  responses: {
    200: {
      description: 'In the order of their paths; `next` is the following page’s `after`',
      content: jsonContent(
        z.object({ data: z.array(documentSchema), next: z.string().nullable() }),
      ),
    },
    ...PROBLEMS,
  },
});
const put = createRoute({
  method: 'put',
  path: '/{id}/files',
  summary: 'Take in one Markdown, text, HTML, PDF or DOCX file; its bytes tell which',
  request: {
    params,
    query: pathQuery,
    body: {
      required: true,
      content: {
        'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) },
      },
    },
  },
  responses: {
    200: { description: 'What became of it', content: jsonContent(fileReportSchema) },
    ...PROBLEMS,
  },
});
const remove = createRoute({
  method: 'delete',
  path: '/{id}/files',
  summary: 'Forget one document',
  request: { params, query: pathQuery },
  responses: { 204: { description: 'Forgotten' }, ...PROBLEMS },
});

/** `/v1/knowledge-sources/{id}/files`, on the routes of the sources. */
export function addKnowledgeFileRoutes(
  app: OpenAPIHono<GatewayEnvironment>,
  files: KnowledgeFiles,
): void {
  app.openapi(list, async (context) => {
    const { documents, next } = await files.list(
      context.get('caller').tenantId,
      context.req.valid('param').id,
      context.req.valid('query').after,
    );
    return context.json({ data: documents, next: next ?? null }, 200);
  });
  app.openapi(put, async (context) => {
    const report = await files.put(context.get('caller').tenantId, context.req.valid('param').id, {
      path: context.req.valid('query').path,
      bytes: new Uint8Array(await context.req.arrayBuffer()),
    });
    return context.json({ ...report, weaknesses: [...report.weaknesses] }, 200);
  });
  app.openapi(remove, async (context) => {
    const { path } = context.req.valid('query');
    await files.remove(context.get('caller').tenantId, context.req.valid('param').id, path);
    return context.body(null, 204);
  });
}
