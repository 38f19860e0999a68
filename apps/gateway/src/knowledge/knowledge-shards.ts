import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import type { Address } from 'viem';
import { lockFile, lockShards } from '../database/advisory-locks.ts';
import type { Database, Transaction } from '../database/database.ts';
import { knowledgeShards, shardHolders } from '../database/schema/knowledge.ts';

/** What became of a shard whose pages were changed or deleted. */
export interface ErasureView {
  /** SHA-256 of the shard. */
  readonly shard: string;
  readonly retiredAt: string;
  /** When its file was gone from this gateway; null while work under way needs it. */
  readonly erasedAt: string | null;
  /** Operators of nodes that fetched it and have not said that they forgot it. */
  readonly waitingFor: string[];
}

export interface NewShard {
  readonly sha256: string;
  /** Whether what it was built from is still so; asked under the tenant's lock. */
  readonly isCurrent: (transaction: Transaction) => Promise<boolean>;
  /** Writes its file; nothing erases it meanwhile. */
  readonly write: () => Promise<unknown>;
}

/** Which shards there are of a tenant, and which nodes may hold them. */
export interface KnowledgeShards {
  /**
   * Notes a shard, then has its file written. When pages changed since they were read for it, it is
   * retired at once and not written: the eraser may have passed.
   */
  register(tenantId: string, shard: NewShard): Promise<void>;
  /** Before a node is let fetch it. */
  noteHolder(tenantId: string, sha256: string, node: Address): Promise<void>;
  /** The newest hundred. */
  listErasures(tenantId: string): Promise<ErasureView[]>;
}

const MOST_LISTED = 100;

export function createKnowledgeShards(database: Database): KnowledgeShards {
  return {
    async register(tenantId, { sha256, isCurrent, write }) {
      await database.asTenant(tenantId, async (tx) => {
        await lockShards(tx, tenantId);
        const retiredAt = (await isCurrent(tx)) ? null : new Date();
        const values = { retiredAt, erasedAt: null };
        await tx
          .insert(knowledgeShards)
          .values({ tenantId, sha256, ...values })
          .onConflictDoUpdate({
            target: [knowledgeShards.tenantId, knowledgeShards.sha256],
            set: values,
          });
      });
      await database.asTenant(tenantId, async (tx) => {
        await lockShards(tx, tenantId);
        await lockFile(tx, sha256);
        const [row] = await tx
          .select({ retiredAt: knowledgeShards.retiredAt })
          .from(knowledgeShards)
          .where(eq(knowledgeShards.sha256, sha256));
        if (row?.retiredAt === null) await write();
      });
    },
    noteHolder: async (tenantId, sha256, node) => {
      await database.asTenant(tenantId, (tx) =>
        tx.insert(shardHolders).values({ tenantId, sha256, node }).onConflictDoNothing(),
      );
    },
    listErasures: (tenantId) =>
      database.asTenant(tenantId, async (tx) => {
        const rows = await tx
          .select({
            shard: knowledgeShards.sha256,
            retiredAt: knowledgeShards.retiredAt,
            erasedAt: knowledgeShards.erasedAt,
            holders: sql<string[]>`coalesce(array_agg(${shardHolders.node})
              FILTER (WHERE ${shardHolders.node} IS NOT NULL), '{}')`,
          })
          .from(knowledgeShards)
          .leftJoin(shardHolders, eq(shardHolders.sha256, knowledgeShards.sha256))
          .where(sql`${knowledgeShards.retiredAt} IS NOT NULL`)
          .groupBy(knowledgeShards.tenantId, knowledgeShards.sha256)
          .orderBy(desc(knowledgeShards.retiredAt))
          .limit(MOST_LISTED);
        return rows.map(({ shard, retiredAt, erasedAt, holders }) => ({
          shard,
          retiredAt: (retiredAt as Date).toISOString(),
          erasedAt: erasedAt?.toISOString() ?? null,
          waitingFor: holders,
        }));
      }),
  };
}

/** Marks all shards of a tenant for erasure. In the transaction that changes its pages. */
export async function retireShards(tx: Transaction, tenantId: string): Promise<void> {
  await lockShards(tx, tenantId);
  await tx
    .update(knowledgeShards)
    .set({ retiredAt: new Date() })
    .where(and(eq(knowledgeShards.tenantId, tenantId), isNull(knowledgeShards.retiredAt)));
}
