import { randomUUID } from 'node:crypto';
import { DdaiError, type Logger } from '@ddai/core';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { routePath } from 'hono/route';
import type { GatewayMetrics } from '../metrics.ts';
import { createApiApp } from './api-app.ts';
import type { GatewayEnvironment } from './environment.ts';
import { errorToProblem, openAiErrorResponse, problemResponse } from './problem.ts';

export interface AppDependencies {
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
  /** Answers `/healthz`: what is wrong, or nothing. */
  readonly findFaults: () => Promise<readonly string[]>;
  /** Routers of one path under `/v1` each. */
  readonly api: Readonly<Record<string, OpenAPIHono<GatewayEnvironment>>>;
  /** Routers of several paths, put at `/v1`. */
  readonly shared: readonly OpenAPIHono<GatewayEnvironment>[];
  readonly content: Hono;
  readonly admin: Hono;
  readonly version: string;
}

/** Bodies of API requests; bulk uploads have their own limit. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;
/** As JSON escapes it, after an even number of backslashes. */
const NUL = /(?<!\\)(?:\\\\)*\\u0000/;
const OPENAI_PATHS = ['/v1/chat/', '/v1/models', '/v1/embeddings'];

/** Puts the routers together with errors, limits, metrics and the OpenAPI document. */
export function createApp(dependencies: AppDependencies): OpenAPIHono<GatewayEnvironment> {
  const { metrics, logger, findFaults, api, shared, content, admin, version } = dependencies;
  const app = createApiApp();

  app.use(async (context, next) => {
    const started = performance.now();
    const requestId = randomUUID();
    context.set('requestId', requestId);
    await next();
    context.header('x-request-id', requestId);
    const route = routePath(context, -1);
    metrics.requests.inc({ method: context.req.method, route, status: context.res.status });
    metrics.requestSeconds.observe({ route }, (performance.now() - started) / 1000);
  });
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: () => {
        throw new DdaiError({
          code: 'REQUEST_TOO_LARGE',
          message: `a request has at most ${MAX_BODY_BYTES} bytes`,
        });
      },
    }),
  );

  // Postgres text holds no U+0000: refused here, before any work is done or paid.
  app.use('/v1/*', async (context, next) => {
    if (
      context.req.header('content-type')?.includes('json') === true &&
      NUL.test(await context.req.text())
    ) {
      throw new DdaiError({
        code: 'REQUEST_INVALID',
        message: 'the body holds the character U+0000',
      });
    }
    await next();
  });

  app.onError((error, context) => {
    const problem = errorToProblem(error);
    if (problem.status >= 500) {
      logger.error(
        { requestId: context.get('requestId'), path: context.req.path, error: describe(error) },
        'a request failed',
      );
    }
    const openAi = OPENAI_PATHS.some((path) => context.req.path.startsWith(path));
    return openAi ? openAiErrorResponse(context, problem) : problemResponse(context, problem);
  });
  app.notFound((context) => {
    const { method, path } = context.req;
    const allowed = findMethods(app, path);
    if (allowed.length > 0) context.header('allow', allowed.join(', '));
    const error =
      allowed.length === 0
        ? new DdaiError({ code: 'NOT_FOUND', message: `nothing at ${path}` })
        : new DdaiError({
            code: 'METHOD_NOT_ALLOWED',
            message: `${path} takes ${allowed.join(', ')}, not ${method}`,
          });
    return problemResponse(context, errorToProblem(error));
  });

  app.get('/healthz', async (context) => {
    const faults = await findFaults();
    return context.json(
      { status: faults.length === 0 ? 'ok' : 'failing', faults },
      faults.length === 0 ? 200 : 503,
    );
  });
  app.get('/metrics', async (context) =>
    context.body(await metrics.registry.metrics(), 200, {
      'content-type': metrics.registry.contentType,
    }),
  );
  for (const [path, router] of Object.entries(api)) app.route(path, router);
  for (const router of shared) app.route('/v1', router);
  app.route('/node/v1/content', content);
  app.route('/admin/v1', admin);
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', {
    type: 'http',
    scheme: 'bearer',
  });
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'DDAI gateway',
      version,
      license: { name: 'Apache-2.0' },
    },
    security: [{ apiKey: [] }],
  });
  return app;
}

/** What a path could be asked with; `:name` in a route stands for one segment. */
function findMethods(app: OpenAPIHono<GatewayEnvironment>, path: string): string[] {
  const isSame = (pattern: string): boolean => {
    const [want, have] = [pattern.split('/'), path.split('/')];
    return (
      want.length === have.length &&
      want.every((part, index) => part.startsWith(':') || part === have[index])
    );
  };
  const methods = app.routes
    .filter((route) => route.method !== 'ALL' && isSame(route.path))
    .map((route) => route.method);
  return [...new Set(methods)].sort();
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
