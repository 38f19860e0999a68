import { DdaiError } from '@ddai/core';
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { GatewayEnvironment } from './environment.ts';

/** A hono app whose schema failures are our own problem documents. */
export function createApiApp(): OpenAPIHono<GatewayEnvironment> {
  return new OpenAPIHono<GatewayEnvironment>({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      throw new DdaiError({
        code: 'REQUEST_INVALID',
        message: `${result.target} ${issue?.path.join('.') || '(whole)'}: ${issue?.message ?? 'invalid'}`,
        fields: { field: issue?.path.join('.') ?? '' },
      });
    },
  });
}

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
    remedy: z.string().optional(),
  })
  .openapi('Problem');

const problemContent = { 'application/problem+json': { schema: problemSchema } };

/** What every authenticated route may answer besides success. */
export const PROBLEMS = {
  400: { description: 'The request is not as the schema says', content: problemContent },
  401: { description: 'No key, or one that does not count', content: problemContent },
  403: { description: 'The key lacks the scope', content: problemContent },
  404: { description: 'Not there, or not this tenant’s', content: problemContent },
  409: { description: 'Conflicts with what is there', content: problemContent },
  413: { description: 'Too large', content: problemContent },
  422: { description: 'Understood and refused', content: problemContent },
} as const;

/** `content` of a JSON request or response. */
export function jsonContent<Schema extends z.ZodType>(schema: Schema) {
  return { 'application/json': { schema } } as const;
}

/** The header that makes a POST safe to repeat. */
export const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({ description: 'Repeats within 24 h get the first answer.' }),
});
