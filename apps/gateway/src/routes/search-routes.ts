import { LONGEST_QUESTION, redactPersonalData } from '@ddai/assistant';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Encoders } from '../assistant/encoders.ts';
import type { FindAssistant } from '../assistant/find-assistant.ts';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';
import type { TenantKnowledge } from '../knowledge/tenant-knowledge.ts';

const MOST_HITS = 50;

const placeSchema = z
  .object({ rank: z.number().int(), score: z.number() })
  .optional()
  .openapi({ description: 'Rank from 1 and BM25 score; absent when not among the best hundred' });

const hitSchema = z
  .object({
    documentId: z.string().openapi({ description: '`source/path`' }),
    title: z.string(),
    score: z.number().openapi({ description: 'In (0, 1]; 1 is first in every list' }),
    passages: z.array(
      z.object({
        headings: z.array(z.string()),
        start: z.number().int(),
        end: z.number().int(),
        score: z.number(),
        text: z.string(),
      }),
    ),
    explain: z.object({
      document: placeSchema,
      passage: placeSchema,
      semantic: placeSchema.openapi({
        description: 'Rank by meaning and cosine; absent where no encoder had its part',
      }),
      terms: z.array(z.object({ text: z.string(), contribution: z.number() })),
    }),
  })
  .openapi('SearchHit');

const searchSchema = z.strictObject({
  query: z.string().trim().min(1).max(LONGEST_QUESTION),
  limit: z.number().int().min(1).max(MOST_HITS).optional().openapi({ description: 'Default 10' }),
  model: z.string().min(1).max(100).optional().openapi({
    description: 'An assistant’s id or name: its encoder has its part, if it chose one',
  }),
});

const search = createRoute({
  method: 'post',
  path: '/',
  summary: 'Find pages of this tenant’s knowledge, each with why it stands where it does',
  request: { body: { required: true, content: jsonContent(searchSchema) } },
  responses: {
    200: {
      description: 'Best first; nothing of it is stored',
      content: jsonContent(
        z.object({
          data: z.array(hitSchema),
          encoder: z.unknown().openapi({ description: 'As in an answer’s `ddai`; null without' }),
        }),
      ),
    },
    ...PROBLEMS,
  },
});

export interface SearchRouteDependencies extends AuthenticateDependencies {
  readonly knowledge: TenantKnowledge;
  readonly encoders: Encoders;
  readonly findAssistant: FindAssistant;
}

/** `/v1/search`. */
export function createSearchRoutes(
  dependencies: SearchRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { knowledge, encoders, findAssistant } = dependencies;
  const app = createApiApp();
  app.use(requireScope('knowledge', dependencies));
  app.openapi(search, async (context) => {
    const { query, limit = 10, model } = context.req.valid('json');
    const { tenantId } = context.get('caller');
    const loaded = await knowledge.load(tenantId);
    const { retriever } = loaded;
    const question = redactPersonalData(query).text;
    const assistant = model === undefined ? undefined : await findAssistant(tenantId, model);
    const encoder = assistant?.encoder ?? null;
    const localOnly = assistant?.localOnly ?? false;
    const { hits, report } =
      encoder === null
        ? { hits: retriever.retrieve(question, { limit }), report: null }
        : await encoders.rank(loaded, { encoder, localOnly, question, history: [], limit });
    const found = new Set(hits.map(({ documentId }) => documentId));
    const sources = new Map(
      retriever.index.documents.flatMap(({ id, text }) =>
        found.has(id) ? [[id, text] as const] : [],
      ),
    );
    const data = hits.map(({ documentId, title, score, passages, explain }) => ({
      documentId,
      title,
      score,
      passages: passages.map(({ headings, start, end, score: passageScore }) => ({
        headings: [...headings],
        start,
        end,
        score: passageScore,
        text: sources.get(documentId)?.slice(start, end) ?? '',
      })),
      explain: { ...explain, terms: [...explain.terms] },
    }));
    return context.json({ data, encoder: report }, 200);
  });
  return app;
}
