import type { ConversationTurn } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { and, asc, desc, eq, gt, inArray, lt } from 'drizzle-orm';
import { lockQuotes } from '../database/advisory-locks.ts';
import type { Database, Transaction } from '../database/database.ts';
import { idToUuid, uuidToId } from '../database/ids.ts';
import { completions, conversations } from '../database/schema/assistants.ts';
import { idempotencyRecords } from '../database/schema/tenants.ts';
import type { Answer, ChatDetails } from './chat-answer.ts';

export interface ConversationView {
  readonly id: string;
  /** The assistant that it is held with. */
  readonly model: string;
  readonly createdAt: string;
}

/** A question with its answer. */
export interface ExchangeView {
  /** The completion's id. */
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly ddai: ChatDetails;
  readonly createdAt: string;
}

export interface Page<T> {
  readonly data: T[];
  readonly nextCursor: string | null;
}

/** What was said before. */
export interface Recollection {
  /** A UUID. */
  readonly id: string;
  /** A UUID. */
  readonly assistantId: string;
  /** The last ones, oldest first. */
  readonly turns: ConversationTurn[];
}

/** Conversations that the gateway remembers; their turns are completions. */
export interface Conversations {
  /** @param id a UUID; the conversation that has it already is given back. */
  open(tenantId: string, opened: { id: string; assistantId: string }): Promise<ConversationView>;
  /** Newest first; `cursor` is the `nextCursor` of the page before. */
  list(tenantId: string, cursor?: string): Promise<Page<ConversationView>>;
  /** Oldest first. @throws {DdaiError} `CONVERSATION_UNKNOWN` */
  readExchanges(tenantId: string, id: string, cursor?: string): Promise<Page<ExchangeView>>;
  /** @throws {DdaiError} `CONVERSATION_UNKNOWN` */
  recall(tenantId: string, id: string): Promise<Recollection>;
  /**
   * Erases it with all its questions and answers, also those kept for repeated requests. What was
   * paid for them stays on record, without their text.
   * @throws {DdaiError} `CONVERSATION_UNKNOWN`
   */
  forget(tenantId: string, id: string): Promise<void>;
}

const PAGE = 50;
/** As many exchanges as a node takes turns of history, halved; older ones can't change a ranking. */
const RECALLED = 8;

export function createConversations(database: Database): Conversations {
  const find = async (tx: Transaction, id: string): Promise<typeof conversations.$inferSelect> => {
    const uuid = idToUuid('conversation', id);
    const [row] = await tx.select().from(conversations).where(eq(conversations.id, uuid));
    if (row !== undefined) return row;
    throw unknownConversation(id);
  };
  const of = (uuid: string) => eq(completions.conversationId, uuid);

  return {
    open: (tenantId, { id, assistantId }) =>
      database.asTenant(tenantId, async (tx) => {
        await tx.insert(conversations).values({ id, tenantId, assistantId }).onConflictDoNothing();
        return viewOf(await find(tx, uuidToId('conversation', id)));
      }),

    list: (tenantId, cursor) =>
      database.asTenant(tenantId, async (tx) => {
        const rows = await tx
          .select()
          .from(conversations)
          .where(
            cursor === undefined
              ? undefined
              : lt(conversations.id, idToUuid('conversation', cursor)),
          )
          .orderBy(desc(conversations.id))
          .limit(PAGE + 1);
        return pageOf(rows, viewOf);
      }),

    readExchanges: (tenantId, id, cursor) =>
      database.asTenant(tenantId, async (tx) => {
        const { id: uuid } = await find(tx, id);
        const rows = await tx
          .select()
          .from(completions)
          .where(
            cursor === undefined
              ? of(uuid)
              : and(of(uuid), gt(completions.id, idToUuid('completion', cursor))),
          )
          .orderBy(asc(completions.id))
          .limit(PAGE + 1);
        return pageOf(rows, exchangeOf);
      }),

    recall: (tenantId, id) =>
      database.asTenant(tenantId, async (tx) => {
        const { id: uuid, assistantId } = await find(tx, id);
        const rows = await tx
          .select({ question: completions.question, answer: completions.answer })
          .from(completions)
          .where(of(uuid))
          .orderBy(desc(completions.id))
          .limit(RECALLED);
        const turns = rows.reverse().flatMap(({ question, answer }): ConversationTurn[] => [
          { role: 'user', text: question },
          { role: 'assistant', text: (answer as Answer).text },
        ]);
        return { id: uuid, assistantId, turns };
      }),

    forget: (tenantId, id) =>
      database.asTenant(tenantId, async (tx) => {
        await lockQuotes(tx, tenantId);
        const { id: uuid } = await find(tx, id);
        const held = tx.select({ id: completions.id }).from(completions).where(of(uuid));
        await tx.delete(idempotencyRecords).where(inArray(idempotencyRecords.runId, held));
        await tx.delete(conversations).where(eq(conversations.id, uuid));
      }),
  };
}

/** `CONVERSATION_UNKNOWN`. */
export function unknownConversation(id: string): DdaiError {
  return new DdaiError({
    code: 'CONVERSATION_UNKNOWN',
    message: `no conversation ${id}`,
    remedy: '`POST /v1/conversations` opens one.',
  });
}

function viewOf(row: typeof conversations.$inferSelect): ConversationView {
  return {
    id: uuidToId('conversation', row.id),
    model: uuidToId('assistant', row.assistantId),
    createdAt: row.createdAt.toISOString(),
  };
}

function exchangeOf(row: typeof completions.$inferSelect): ExchangeView {
  const { text, details } = row.answer as Answer;
  return {
    id: uuidToId('completion', row.id),
    question: row.question,
    answer: text,
    ddai: details,
    createdAt: row.createdAt.toISOString(),
  };
}

/** `rows` has one more than a page where there is a next one. */
function pageOf<Row, View extends { readonly id: string }>(
  rows: readonly Row[],
  toView: (row: Row) => View,
): Page<View> {
  const data = rows.slice(0, PAGE).map(toView);
  return { data, nextCursor: rows.length > PAGE ? (data.at(-1)?.id ?? null) : null };
}
