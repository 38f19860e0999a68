import { encodeChecked, redactPersonalData } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Encoders } from '../assistant/encoders.ts';
import type { FindAssistant } from '../assistant/find-assistant.ts';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';

const MOST_TEXTS = 128;
const LONGEST_TEXT = 8_000;
const textSchema = z.string().trim().min(1).max(LONGEST_TEXT);

const requestSchema = z.object({
  model: z.string().min(1).max(100).openapi({
    description: 'An assistant’s id or name: the encoder that it chose makes the vectors',
  }),
  input: z.union([textSchema, z.array(textSchema).min(1).max(MOST_TEXTS)]),
  encoding_format: z.enum(['float', 'base64']).optional().openapi({
    description: 'Default `float`; `base64` is of little-endian 32-bit floats',
  }),
  dimensions: z.number().int().min(1).optional().openapi({
    description: 'Must be those of the encoder: vectors are not cut',
  }),
});
const responseSchema = z
  .object({
    object: z.literal('list'),
    model: z.string().openapi({ description: 'Name of the encoder' }),
    data: z.array(
      z.object({
        object: z.literal('embedding'),
        index: z.number().int(),
        embedding: z.union([z.array(z.number()), z.string()]),
      }),
    ),
  })
  .openapi('Embeddings');

const embed = createRoute({
  method: 'post',
  path: '/',
  summary: 'Vectors of texts, of length 1, by an assistant’s encoder; OpenAI’s request shape',
  request: { body: { required: true, content: jsonContent(requestSchema) } },
  responses: {
    200: {
      description: 'In the order of `input`; nothing of it is stored',
      content: jsonContent(responseSchema),
    },
    ...PROBLEMS,
  },
});

export interface EmbeddingRouteDependencies extends AuthenticateDependencies {
  readonly encoders: Encoders;
  readonly findAssistant: FindAssistant;
}

/** `/v1/embeddings`. */
export function createEmbeddingRoutes(
  dependencies: EmbeddingRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { encoders, findAssistant } = dependencies;
  const app = createApiApp();
  app.use(requireScope('chat', dependencies));
  app.openapi(embed, async (context) => {
    const { model, input, encoding_format: format, dimensions } = context.req.valid('json');
    const assistant = await findAssistant(context.get('caller').tenantId, model);
    const { encoder: chosen, localOnly } = assistant;
    const encoder =
      chosen === null ? 'not-configured' : encoders.find({ encoder: chosen, localOnly });
    if (typeof encoder === 'string') throw noEncoder(encoder, assistant.name);
    if (dimensions !== undefined && dimensions !== encoder.dimensions) {
      throw new DdaiError({
        code: 'REQUEST_INVALID',
        message: `dimensions: ${encoder.name} has ${encoder.dimensions}, not ${dimensions}`,
      });
    }
    const texts = (typeof input === 'string' ? [input] : input).map(
      (text) => redactPersonalData(text).text,
    );
    const encoding = await encodeChecked(encoder, texts);
    if ('fault' in encoding) {
      throw new DdaiError({
        code: 'ENCODER_FAILED',
        message: `the encoder ${encoder.name} gave no vectors: ${encoding.fault}`,
        remedy: 'Try again; if it stays, the gateway’s operator has to look at the endpoint.',
      });
    }
    const data = encoding.vectors.map((vector, index) => ({
      object: 'embedding' as const,
      index,
      embedding: format === 'base64' ? toBase64(vector) : Array.from(vector),
    }));
    return context.json({ object: 'list' as const, model: encoder.name, data }, 200);
  });
  return app;
}

function noEncoder(reason: 'local-only' | 'not-configured', assistant: string): DdaiError {
  return new DdaiError({
    code: 'ENCODER_MISSING',
    message:
      reason === 'local-only'
        ? `${assistant} is local only, and its encoder is not the operator’s own`
        : `${assistant} has no encoder that this gateway knows`,
    remedy:
      'Choose one with PATCH /v1/assistants/{id} and {"encoder": "NAME"}; the operator names them with --encoders.',
  });
}

/** Little-endian on every machine, as OpenAI's clients read it. */
function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * Float32Array.BYTES_PER_ELEMENT);
  for (const [i, x] of vector.entries()) bytes.writeFloatLE(x, i * Float32Array.BYTES_PER_ELEMENT);
  return bytes.toString('base64');
}
