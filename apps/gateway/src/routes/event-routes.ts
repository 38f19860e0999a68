import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Database } from '../database/database.ts';
import { createApiApp, idempotencyHeader, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import { idempotent } from '../http/idempotent.ts';
import type { AlertView, MonitoringService } from '../monitoring/monitoring-service.ts';

const seriesField = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$/);
const eventsSchema = z.strictObject({
  events: z
    .array(
      z.strictObject({
        id: z
          .string()
          .min(1)
          .max(200)
          .openapi({ description: 'Yours: an event sent twice counts once' }),
        series: seriesField,
        at: z.iso.datetime({ offset: true }),
        value: z.number(),
        customer: z.string().min(1).max(200).optional(),
      }),
    )
    .max(5000),
});
const monitorSchema = z.strictObject({
  series: seriesField,
  seriesName: z.string().max(200).optional(),
  unit: z.string().max(50).optional(),
  intervalSeconds: z
    .number()
    .int()
    .min(1)
    .max(7 * 86_400),
  seasonSeconds: z
    .number()
    .int()
    .min(0)
    .max(60 * 86_400)
    .optional(),
  measure: z.enum(['gauge', 'count']).optional(),
  direction: z.enum(['above', 'below', 'both']).optional(),
});
const alertSchema = z
  .object({
    id: z.string(),
    monitorId: z.string(),
    state: z.enum(['open', 'acknowledged', 'engaged', 'resolved', 'dismissed']),
    alert: z
      .unknown()
      .openapi({ description: 'Severity, series, evidence, customers, drafted message' }),
    transitions: z.array(z.unknown()),
    createdAt: z.string(),
  })
  .openapi('Alert');
const stepSchema = z.strictObject({
  state: z.enum(['acknowledged', 'engaged', 'resolved', 'dismissed']),
  note: z.string().max(2000).optional(),
});

const send = createRoute({
  method: 'post',
  path: '/events',
  summary: 'Send measurements; monitors look at them at once',
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: jsonContent(eventsSchema) },
  },
  responses: {
    200: {
      description: 'How many were new',
      content: jsonContent(z.object({ accepted: z.number().int(), raised: z.array(z.string()) })),
    },
    ...PROBLEMS,
  },
});
const createMonitor = createRoute({
  method: 'post',
  path: '/monitors',
  summary: 'Watch a series for what its season and habits don’t explain',
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: jsonContent(monitorSchema) },
  },
  responses: {
    201: {
      description: 'The monitor',
      content: jsonContent(z.object({ id: z.string(), series: z.string() })),
    },
    ...PROBLEMS,
  },
});
const listAlerts = createRoute({
  method: 'get',
  path: '/alerts',
  summary: 'The newest hundred alerts',
  responses: {
    200: {
      description: 'Newest first',
      content: jsonContent(z.object({ data: z.array(alertSchema) })),
    },
    ...PROBLEMS,
  },
});
const advance = createRoute({
  method: 'patch',
  path: '/alerts/{id}',
  summary: 'Move an alert on',
  request: {
    params: z.object({ id: z.string() }),
    body: { required: true, content: jsonContent(stepSchema) },
  },
  responses: { 200: { description: 'The alert', content: jsonContent(alertSchema) }, ...PROBLEMS },
});

export interface EventRouteDependencies extends AuthenticateDependencies {
  readonly database: Database;
  readonly monitoring: MonitoringService;
}

/** `/v1/events`, `/v1/monitors`, `/v1/alerts`. */
export function createEventRoutes(
  dependencies: EventRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { database, monitoring } = dependencies;
  const app = createApiApp();
  for (const path of ['/events', '/monitors', '/alerts', '/alerts/*'])
    app.use(path, requireScope('events', dependencies));

  app.openapi(send, async (context) => {
    const { tenantId } = context.get('caller');
    const request = context.req.valid('json');
    const key = context.req.valid('header')['idempotency-key'];
    const { body } = await idempotent(
      database,
      { tenantId, key, route: 'POST /v1/events', request },
      async () => {
        const events = request.events.map((event) => ({ ...event, at: new Date(event.at) }));
        return { status: 200, body: await monitoring.addEvents(tenantId, events) };
      },
    );
    return context.json(body as { accepted: number; raised: string[] }, 200);
  });
  app.openapi(createMonitor, async (context) => {
    const { tenantId } = context.get('caller');
    const request = context.req.valid('json');
    const key = context.req.valid('header')['idempotency-key'];
    const { series, intervalSeconds, seasonSeconds, seriesName, unit, measure, direction } =
      request;
    const settings = {
      intervalMillis: intervalSeconds * 1000,
      ...(seasonSeconds === undefined ? {} : { seasonMillis: seasonSeconds * 1000 }),
      ...(seriesName === undefined ? {} : { seriesName }),
      ...(unit === undefined ? {} : { unit }),
      ...(measure === undefined ? {} : { measure }),
      ...(direction === undefined ? {} : { direction }),
    };
    const { body } = await idempotent(
      database,
      { tenantId, key, route: 'POST /v1/monitors', request },
      async ({ id }) => ({
        status: 201,
        body: await monitoring.createMonitor(tenantId, { id, series, settings }),
      }),
    );
    return context.json(body as { id: string; series: string }, 201);
  });
  app.openapi(listAlerts, async (context) => {
    const rows = await monitoring.listAlerts(context.get('caller').tenantId);
    return context.json({ data: rows.map(viewToJson) }, 200);
  });
  app.openapi(advance, async (context) => {
    const { tenantId, keyId } = context.get('caller');
    const { state, note } = context.req.valid('json');
    const view = await monitoring.advance(tenantId, context.req.valid('param').id, {
      to: state,
      by: `key ${keyId}`,
      note,
    });
    return context.json(viewToJson(view), 200);
  });
  return app;
}

function viewToJson(view: AlertView): z.infer<typeof alertSchema> {
  return { ...view, transitions: [...view.transitions] };
}
