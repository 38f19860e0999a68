import { type ChainClient, readPayerAccount } from '@ddai/chain';
import { type WorkClass, workClassName } from '@ddai/protocol';
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { desc, lt, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { idToUuid, uuidToId } from '../database/ids.ts';
import { charges } from '../database/schema/work.ts';
import { createApiApp, jsonContent, PROBLEMS } from '../http/api-app.ts';
import { type AuthenticateDependencies, requireScope } from '../http/authenticate.ts';
import type { GatewayEnvironment } from '../http/environment.ts';

const weiField = z
  .string()
  .openapi({ description: 'Wei of DDAI, as a decimal string', example: '20000000000000000' });

const usageSchema = z
  .object({
    payer: z.string(),
    escrow: z.object({ balance: weiField, reserved: weiField, thawing: weiField }),
    totals: z.array(
      z.object({ workClass: z.string(), amount: weiField, charges: z.number().int() }),
    ),
    charges: z.array(
      z.object({
        id: z.string(),
        reason: z.string(),
        node: z.string(),
        workClass: z.string(),
        amount: weiField,
        createdAt: z.string(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('Usage');

const PAGE = 50;

const read = createRoute({
  method: 'get',
  path: '/',
  summary: 'What this tenant’s work cost, before the protocol fee',
  request: {
    query: z.object({
      cursor: z.string().optional().openapi({ description: '`nextCursor` of the page before' }),
    }),
  },
  responses: {
    200: { description: 'Totals, and charges newest first', content: jsonContent(usageSchema) },
    ...PROBLEMS,
  },
});

export interface UsageRouteDependencies extends AuthenticateDependencies {
  readonly database: Database;
  readonly chain: ChainClient;
}

/** `/v1/usage`. */
export function createUsageRoutes(
  dependencies: UsageRouteDependencies,
): OpenAPIHono<GatewayEnvironment> {
  const { database, chain } = dependencies;
  const app = createApiApp();
  app.use(requireScope('usage', dependencies));
  app.openapi(read, async (context) => {
    const { tenantId, payer } = context.get('caller');
    const { cursor } = context.req.valid('query');
    const before = cursor === undefined ? undefined : lt(charges.id, idToUuid('charge', cursor));
    const account = await readPayerAccount(chain, payer);
    const { totals, rows } = await database.asTenant(tenantId, async (tx) => ({
      totals: await tx
        .select({
          workClass: charges.workClass,
          amount: sql<string>`sum(${charges.amount})`,
          charges: sql<number>`count(*)::int`,
        })
        .from(charges)
        .groupBy(charges.workClass)
        .orderBy(charges.workClass),
      rows: await tx
        .select()
        .from(charges)
        .where(before)
        .orderBy(desc(charges.id))
        .limit(PAGE + 1),
    }));
    const page = rows.slice(0, PAGE);
    const last = page.at(-1);
    return context.json(
      {
        payer,
        escrow: {
          balance: account.balance.toString(),
          reserved: account.reserved.toString(),
          thawing: account.thawing.toString(),
        },
        totals: totals.map((total) => ({
          ...total,
          workClass: workClassName(total.workClass as WorkClass),
        })),
        charges: page.map(({ id, reason, node, workClass, amount, createdAt }) => ({
          id: uuidToId('charge', id),
          reason,
          node,
          workClass: workClassName(workClass),
          amount,
          createdAt: createdAt.toISOString(),
        })),
        nextCursor: rows.length > PAGE && last !== undefined ? uuidToId('charge', last.id) : null,
      },
      200,
    );
  });
  return app;
}
