import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { ContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import { uuidToId } from '../database/ids.ts';
import { createApiApp, idempotencyHeader, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import { idempotent } from '../http/idempotent.ts';
import { exportReceipt } from '../training/export-receipt.ts';
import { newTrainingJobSchema } from '../training/job-plan.ts';
import type { JobRow, TrainingService } from '../training/training-service.ts';

const jobSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    state: z.enum(['waiting', 'running', 'completed', 'failed', 'cancelled']),
    failure: z.string().nullable(),
    progress: z
      .unknown()
      .openapi({ description: 'Rounds closed, who is present, sums over each round’s survivors' }),
    modelId: z.string().nullable(),
    createdAt: z.string(),
  })
  .openapi('TrainingJob');

const idParam = z.object({ id: z.string() });
const createJob = createRoute({
  method: 'post',
  path: '/training-jobs',
  summary: 'Train one intent model across participants; nobody’s rows leave them',
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: jsonContent(newTrainingJobSchema) },
  },
  responses: {
    202: {
      description: 'Stored; it starts when enough participants are there',
      content: jsonContent(jobSchema),
    },
    ...PROBLEMS,
  },
});
const listJobs = createRoute({
  method: 'get',
  path: '/training-jobs',
  summary: 'The newest hundred jobs',
  responses: {
    200: {
      description: 'Newest first',
      content: jsonContent(z.object({ data: z.array(jobSchema) })),
    },
    ...PROBLEMS,
  },
});
const readJob = createRoute({
  method: 'get',
  path: '/training-jobs/{id}',
  summary: 'One job, with live progress',
  request: { params: idParam },
  responses: { 200: { description: 'The job', content: jsonContent(jobSchema) }, ...PROBLEMS },
});
const cancelJob = createRoute({
  method: 'post',
  path: '/training-jobs/{id}/cancel',
  summary: 'End a job; rounds that closed stay paid',
  request: { params: idParam, headers: idempotencyHeader },
  responses: { 200: { description: 'The job', content: jsonContent(jobSchema) }, ...PROBLEMS },
});
const readReceipt = createRoute({
  method: 'get',
  path: '/training-jobs/{id}/receipt',
  summary: 'The hash-chained record of the job, for `ddai receipt verify`',
  request: { params: idParam },
  responses: { 200: { description: 'JSON lines (application/x-ndjson)' }, ...PROBLEMS },
});
export interface TrainingRouteDependencies extends AuthenticateDependencies {
  readonly database: Database;
  readonly content: ContentStore;
  readonly training: TrainingService;
}

/** `/v1/training-jobs`. */
export function createTrainingRoutes(
  dependencies: TrainingRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { database, content, training } = dependencies;
  const app = createApiApp();
  for (const path of ['/training-jobs', '/training-jobs/*'])
    app.use(path, requireScope('training', dependencies));

  app.openapi(createJob, async (context) => {
    const caller = context.get('caller');
    const request = context.req.valid('json');
    const options = {
      tenantId: caller.tenantId,
      key: context.req.valid('header')['idempotency-key'],
      route: 'POST /v1/training-jobs',
      request,
    };
    const { body } = await idempotent(database, options, async ({ id }) => ({
      status: 202,
      body: jobToView(await training.create(caller, request, id)),
    }));
    return context.json(body as z.infer<typeof jobSchema>, 202);
  });
  app.openapi(listJobs, async (context) => {
    const rows = await training.list(context.get('caller').tenantId);
    return context.json({ data: rows.map(jobToView) }, 200);
  });
  app.openapi(readJob, async (context) =>
    context.json(
      jobToView(await training.find(context.get('caller').tenantId, context.req.valid('param').id)),
      200,
    ),
  );
  app.openapi(cancelJob, async (context) => {
    const { tenantId } = context.get('caller');
    const { id } = context.req.valid('param');
    await training.cancel(tenantId, id);
    return context.json(jobToView(await training.find(tenantId, id)), 200);
  });
  app.openapi(readReceipt, async (context) => {
    const { tenantId } = context.get('caller');
    const row = await training.find(tenantId, context.req.valid('param').id);
    const lines = exportReceipt({ database, content, row });
    return context.body(lines, 200, { 'content-type': 'application/x-ndjson' });
  });
  return app;
}

function jobToView({
  id,
  name,
  state,
  failure,
  progress,
  modelId,
  createdAt,
}: JobRow): z.infer<typeof jobSchema> {
  return {
    id: uuidToId('job', id),
    name,
    state,
    failure,
    progress,
    modelId: modelId === null ? null : uuidToId('model', modelId),
    createdAt: createdAt.toISOString(),
  };
}
