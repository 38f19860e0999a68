import { createHash } from 'node:crypto';
import { bytesToHex, DdaiError } from '@ddai/core';
import { parseIntentModel } from '@ddai/learning';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { desc, eq } from 'drizzle-orm';
import type { ContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import { createUuid, idToUuid, uuidToId } from '../database/ids.ts';
import { trainedModels } from '../database/schema/training.ts';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';

const modelSchema = z
  .object({
    id: z.string(),
    jobId: z
      .string()
      .nullable()
      .openapi({ description: 'Null for a model that was brought along' }),
    name: z.string(),
    sha256: z.string(),
    bytes: z.number().int(),
    metrics: z.unknown(),
    createdAt: z.string(),
  })
  .openapi('TrainedModel');

const OCTETS = 'application/octet-stream';
const list = createRoute({
  method: 'get',
  path: '/',
  summary: 'Trained models of this tenant',
  responses: {
    200: {
      description: 'Newest first',
      content: jsonContent(z.object({ data: z.array(modelSchema) })),
    },
    ...PROBLEMS,
  },
});
const bring = createRoute({
  method: 'post',
  path: '/',
  summary: 'Bring along a model: every participant of a job has the one it trained',
  request: {
    query: z.object({ name: z.string().min(1).max(100) }),
    body: {
      required: true,
      content: { [OCTETS]: { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: { 201: { description: 'The model', content: jsonContent(modelSchema) }, ...PROBLEMS },
});
const read = createRoute({
  method: 'get',
  path: '/{id}/content',
  summary: 'The model itself, as safetensors',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: { description: 'safetensors (application/octet-stream)' }, ...PROBLEMS },
});

export interface ModelRouteDependencies extends AuthenticateDependencies {
  readonly database: Database;
  readonly content: ContentStore;
}

/** `/v1/trained-models`. */
export function createModelRoutes(
  dependencies: ModelRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { database, content } = dependencies;
  const app = createApiApp();
  app.use(requireScope('training', dependencies));

  app.openapi(list, async (context) => {
    const rows = await database.asTenant(context.get('caller').tenantId, (tx) =>
      tx.select().from(trainedModels).orderBy(desc(trainedModels.id)),
    );
    return context.json({ data: rows.map(rowToView) }, 200);
  });
  app.openapi(bring, async (context) => {
    const { tenantId } = context.get('caller');
    const bytes = new Uint8Array(await context.req.arrayBuffer());
    parseIntentModel(bytes); // Refuses what is no model, before anything is kept.
    const values = {
      id: createUuid(),
      tenantId,
      name: context.req.valid('query').name,
      sha256: bytesToHex(createHash('sha256').update(bytes).digest()),
      bytes: bytes.length,
      metrics: {},
    };
    await content.put(bytes);
    const [row] = await database.asTenant(tenantId, (tx) =>
      tx.insert(trainedModels).values(values).returning(),
    );
    if (row === undefined) throw new Error('the insert returned no row');
    return context.json(rowToView(row), 201);
  });
  app.openapi(read, async (context) => {
    const { id } = context.req.valid('param');
    const uuid = idToUuid('model', id);
    const [row] = await database.asTenant(context.get('caller').tenantId, (tx) =>
      tx.select().from(trainedModels).where(eq(trainedModels.id, uuid)),
    );
    if (row === undefined)
      throw new DdaiError({ code: 'NOT_FOUND', message: `no trained model ${id}` });
    return context.body(new Uint8Array(await content.read(row.sha256)), 200, {
      'content-type': OCTETS,
    });
  });
  return app;
}

function rowToView({
  id,
  jobId,
  name,
  sha256,
  bytes,
  metrics,
  createdAt,
}: typeof trainedModels.$inferSelect): z.infer<typeof modelSchema> {
  return {
    id: uuidToId('model', id),
    jobId: jobId === null ? null : uuidToId('job', jobId),
    name,
    sha256,
    bytes,
    metrics,
    createdAt: createdAt.toISOString(),
  };
}
