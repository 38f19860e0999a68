import type { Logger } from '@ddai/core';
import { FRAME_KINDS, forgetContentSchema, MOST_FORGOTTEN, parseMessage } from '@ddai/protocol';
import { and, eq, inArray, sql } from 'drizzle-orm';
import type { ContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import { knowledgeShards, shardHolders } from '../database/schema.ts';
import type { NodeDirectory } from '../nodes/node-directory.ts';
import type { NodeSession } from '../nodes/node-session.ts';
import { lockShards } from './knowledge-shards.ts';

export interface ShardEraserDependencies {
  readonly database: Database;
  readonly content: ContentStore;
  readonly directory: NodeDirectory;
  readonly logger: Logger;
}

interface Retired extends Record<string, unknown> {
  readonly tenant_id: string;
  readonly sha256: string;
}

const REPLY_TIMEOUT_MILLISECONDS = 15_000;

/**
 * Erases shards whose pages were changed or deleted, here and at the nodes that fetched them. What
 * is to be done stands in the database, so that it goes on after any end: call it after a change, when
 * a node connects, at the start, and now and then. Never throws.
 */
export function createShardEraser(dependencies: ShardEraserDependencies): () => Promise<void> {
  const { database, content, directory, logger } = dependencies;
  let running: Promise<void> = Promise.resolve();

  const eraseFile = (tenantId: string, sha256: string): Promise<void> =>
    database.asTenant(tenantId, async (tx) => {
      await lockShards(tx, tenantId);
      const needed = await tx.execute<{ needed: boolean }>(
        sql`SELECT shard_is_needed(${sha256}) AS needed`,
      );
      if (needed.rows[0]?.needed !== false) return;
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

  const eraseAll = async (): Promise<void> => {
    const { rows } = await database.asNobody((tx) =>
      tx.execute<Retired>(sql`SELECT * FROM retired_shards()`),
    );
    const shardsOf = new Map<string, string[]>();
    for (const { tenant_id: tenantId, sha256 } of rows) {
      shardsOf.set(tenantId, [...(shardsOf.get(tenantId) ?? []), sha256]);
      await eraseFile(tenantId, sha256);
    }
    for (const [tenantId, shards] of shardsOf)
      await Promise.all(
        directory
          .list()
          .map(({ session }) =>
            tellNode(session, tenantId, shards).catch((error: unknown) =>
              logger.warn(
                { node: session.operator, error: String(error) },
                'a node has not forgotten deleted pages yet',
              ),
            ),
          ),
      );
  };

  return () => {
    running = running
      .then(eraseAll)
      .catch((error: unknown) =>
        logger.warn({ error: String(error) }, 'cannot erase deleted pages; trying again later'),
      );
    return running;
  };
}
