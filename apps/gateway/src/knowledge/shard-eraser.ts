import type { Logger } from '@ddai/core';
import { FRAME_KINDS, forgetContentSchema, MOST_FORGOTTEN, parseMessage } from '@ddai/protocol';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ContentStore } from '../content/content-store.ts';
import { lockFile, lockShards } from '../database/advisory-locks.ts';
import type { Database } from '../database/database.ts';
import { knowledgeShards, shardHolders } from '../database/schema/knowledge.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';
import type { NodeSession } from '../nodes/node-session.ts';

export interface ShardEraserDependencies {
  readonly database: Database;
  readonly content: ContentStore;
  readonly directory: NodeDirectory;
  readonly logger: Logger;
}

interface Retired extends Record<string, unknown> {
  readonly tenant_id: string;
  readonly sha256: string;
  readonly erased: boolean;
}

const REPLY_TIMEOUT_MILLISECONDS = 15_000;

/**
 * Erases shards whose pages were changed or deleted, here and then at the nodes that fetched them. What
 * is to be done stands in the database, so that it goes on after any end: call it after a change, when
 * a node connects, when one's work is over, at the start, and now and then. Never throws, and waits for no
 * node: one that does not reply keeps nobody's pages here.
 */
export function createShardEraser(dependencies: ShardEraserDependencies): () => Promise<void> {
  const { database, content, directory, logger } = dependencies;
  let running: Promise<void> | undefined;
  let isWanted = false;
  /** Nodes that were told and have not replied. */
  const asked = new Set<NodeSession>();

  /** False while work under way needs it, or another tenant. */
  const eraseFile = (tenantId: string, sha256: string): Promise<boolean> =>
    database.asTenant(tenantId, async (tx) => {
      await lockShards(tx, tenantId);
      await lockFile(tx, sha256);
      const needed = await tx.execute<{ needed: boolean }>(
        sql`SELECT shard_is_needed(${sha256}) AS needed`,
      );
      if (needed.rows[0]?.needed !== false) return false;
      await content.remove(sha256);
      await tx
        .update(knowledgeShards)
        .set({ erasedAt: new Date() })
        .where(
          and(
            eq(knowledgeShards.tenantId, tenantId),
            eq(knowledgeShards.sha256, sha256),
            sql`${knowledgeShards.erasedAt} IS NULL`,
          ),
        );
      return true;
    });

  /** What it still has to forget, of one tenant. */
  const tellNode = async (
    session: NodeSession,
    tenantId: string,
    shards: readonly string[],
  ): Promise<void> => {
    const held = and(
      eq(shardHolders.node, session.operator),
      inArray(shardHolders.sha256, [...shards]),
    );
    const rows = await database.asTenant(tenantId, (tx) =>
      tx.select().from(shardHolders).where(held).limit(MOST_FORGOTTEN),
    );
    if (rows.length === 0) return;
    const body = { shards: rows.map(({ sha256 }) => sha256) };
    const reply = await session.channel.request(
      { kind: FRAME_KINDS.forgetContent, body },
      REPLY_TIMEOUT_MILLISECONDS,
    );
    const told = parseMessage('contentForgotten', forgetContentSchema, reply.body).shards;
    const forgotten = and(
      eq(shardHolders.node, session.operator),
      inArray(
        shardHolders.sha256,
        body.shards.filter((sha256) => told.includes(sha256)),
      ),
    );
    await database.asTenant(tenantId, (tx) => tx.delete(shardHolders).where(forgotten));
  };

  const tellAll = async (
    session: NodeSession,
    shardsOf: ReadonlyMap<string, readonly string[]>,
  ): Promise<void> => {
    if (asked.has(session)) return;
    asked.add(session);
    try {
      for (const [tenantId, shards] of shardsOf) await tellNode(session, tenantId, shards);
    } catch (error) {
      logger.warn(
        { node: session.operator, error: String(error) },
        'a node has not forgotten deleted pages yet',
      );
    } finally {
      asked.delete(session);
    }
  };

  const eraseAll = async (): Promise<void> => {
    const { rows } = await database.asNobody((tx) =>
      tx.execute<Retired>(sql`SELECT * FROM retired_shards()`),
    );
    const shardsOf = new Map<string, string[]>();
    for (const { tenant_id: tenantId, sha256, erased } of rows) {
      // A node whose work is not over might fetch it again after it agreed to forget it.
      if (!erased && !(await eraseFile(tenantId, sha256))) continue;
      shardsOf.set(tenantId, [...(shardsOf.get(tenantId) ?? []), sha256]);
    }
    for (const { session } of directory.list()) void tellAll(session, shardsOf);
  };

  const run = async (): Promise<void> => {
    try {
      while (isWanted) {
        isWanted = false;
        await eraseAll();
      }
    } catch (error) {
      logger.warn({ error: String(error) }, 'cannot erase deleted pages; trying again later');
    } finally {
      running = undefined;
    }
  };

  return () => {
    isWanted = true;
    running ??= run();
    return running;
  };
}
