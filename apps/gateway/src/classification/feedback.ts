import { redactPersonalData } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import type { TicketTask } from '@ddai/learning';
import { and, asc, desc, eq, inArray, isNotNull, lt, sql } from 'drizzle-orm';
import type { Page } from '../assistant/conversations.ts';
import type { Database } from '../database/database.ts';
import { idToUuid, uuidToId } from '../database/ids.ts';
import { assistants, completions, feedback } from '../database/schema/assistants.ts';
import { modelIdsOf, type TicketModels } from './ticket-models.ts';

export interface NewFeedback {
  /** `chatcmpl_…` */
  readonly completion: string;
  readonly rating: 'good' | 'bad';
  readonly labels?: Readonly<Partial<Record<TicketTask, string>>>;
  readonly comment?: string;
}

/** What is told of feedback; labels and text are not in it, so no stored response holds them. */
export interface FeedbackView {
  readonly id: string;
  readonly completion: string;
  readonly rating: 'good' | 'bad';
  /** Tasks that were labelled. */
  readonly tasks: readonly string[];
  /** When its owner took the labels away; null before, and without labels. */
  readonly deliveredAt: string | null;
  readonly createdAt: string;
}

/** A question with the labels that a person gave it: rows of training for its owner alone. */
export interface LabelledQuestion {
  /** Of the feedback. */
  readonly id: string;
  readonly completion: string;
  /** Personal data was removed before it was stored. */
  readonly text: string;
  readonly labels: Readonly<Partial<Record<TicketTask, string>>>;
  readonly createdAt: string;
}

export interface FeedbackBook {
  /**
   * @param id a UUID; feedback that has it already is given back.
   * @throws {DdaiError} `COMPLETION_UNKNOWN`, `FEEDBACK_LABEL_UNKNOWN`
   */
  give(tenantId: string, given: NewFeedback & { readonly id: string }): Promise<FeedbackView>;
  /** Newest first. */
  list(
    tenantId: string,
    cursor?: string,
  ): Promise<Page<FeedbackView & { readonly comment: string | null }>>;
  /** Labels that nobody has taken away yet, oldest first, at most `limit`. */
  listLabels(tenantId: string, limit: number): Promise<LabelledQuestion[]>;
  /** Forgets the labels of these; says of how many. Ones that are gone already count for nothing. */
  forgetLabels(tenantId: string, ids: readonly string[]): Promise<number>;
}

const PAGE = 50;

export function createFeedbackBook({
  database,
  ticketModels,
}: {
  readonly database: Database;
  readonly ticketModels: TicketModels;
}): FeedbackBook {
  /** A label that a job's terms do not know would keep its participant out of the job. */
  const assertKnownLabels = async (
    tenantId: string,
    { assistantId, labels }: { assistantId: string; labels: readonly [TicketTask, string][] },
  ): Promise<void> => {
    const [assistant] = await database.asTenant(tenantId, (tx) =>
      tx.select().from(assistants).where(eq(assistants.id, assistantId)),
    );
    if (assistant === undefined) return;
    for (const [task, label] of labels) {
      const modelId = modelIdsOf(assistant)[task];
      if (modelId === null) continue;
      const { labels: known } = await ticketModels.load(tenantId, modelId);
      if (known.includes(label)) continue;
      throw new DdaiError({
        code: 'FEEDBACK_LABEL_UNKNOWN',
        message: `labels.${task}: the assistant’s model has no label "${label}"`,
        remedy: `Give one of ${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}.`,
        fields: { task },
      });
    }
  };

  return {
    async give(tenantId, { id, completion, rating, labels = {}, comment }) {
      const completionId = idToUuid('completion', completion);
      const [answered] = await database.asTenant(tenantId, (tx) =>
        tx
          .select({ assistantId: completions.assistantId })
          .from(completions)
          .where(eq(completions.id, completionId)),
      );
      if (answered === undefined) throw unknownCompletion(completion);
      const given = Object.entries(labels) as [TicketTask, string][];
      await assertKnownLabels(tenantId, { assistantId: answered.assistantId, labels: given });
      const values = {
        id,
        tenantId,
        completionId,
        rating,
        labels: given.length === 0 ? null : labels,
        tasks: given.map(([task]) => task),
        comment: comment === undefined ? null : redactPersonalData(comment).text,
      };
      return database.asTenant(tenantId, async (tx) => {
        await tx.insert(feedback).values(values).onConflictDoNothing();
        const [row] = await tx.select().from(feedback).where(eq(feedback.id, id));
        if (row === undefined) throw unknownCompletion(completion);
        return viewOf(row);
      });
    },

    list: (tenantId, cursor) =>
      database.asTenant(tenantId, async (tx) => {
        const rows = await tx
          .select()
          .from(feedback)
          .where(cursor === undefined ? undefined : lt(feedback.id, idToUuid('feedback', cursor)))
          .orderBy(desc(feedback.id))
          .limit(PAGE + 1);
        const data = rows.slice(0, PAGE).map((row) => ({ ...viewOf(row), comment: row.comment }));
        return { data, nextCursor: rows.length > PAGE ? (data.at(-1)?.id ?? null) : null };
      }),

    listLabels: (tenantId, limit) =>
      database.asTenant(tenantId, async (tx) => {
        const rows = await tx
          .select({
            id: feedback.id,
            completionId: feedback.completionId,
            labels: feedback.labels,
            createdAt: feedback.createdAt,
            text: completions.question,
          })
          .from(feedback)
          .innerJoin(completions, eq(completions.id, feedback.completionId))
          .where(isNotNull(feedback.labels))
          .orderBy(asc(feedback.id))
          .limit(limit);
        return rows.map((row) => ({
          id: uuidToId('feedback', row.id),
          completion: uuidToId('completion', row.completionId),
          text: row.text,
          labels: row.labels ?? {},
          createdAt: row.createdAt.toISOString(),
        }));
      }),

    forgetLabels: (tenantId, ids) =>
      database.asTenant(tenantId, async (tx) => {
        const uuids = ids.map((id) => idToUuid('feedback', id));
        const forgotten = await tx
          .update(feedback)
          .set({ labels: null, deliveredAt: sql`now()` })
          .where(and(inArray(feedback.id, uuids), isNotNull(feedback.labels)))
          .returning({ id: feedback.id });
        return forgotten.length;
      }),
  };
}

function unknownCompletion(completion: string): DdaiError {
  return new DdaiError({ code: 'COMPLETION_UNKNOWN', message: `no completion ${completion}` });
}

function viewOf(row: typeof feedback.$inferSelect): FeedbackView {
  return {
    id: uuidToId('feedback', row.id),
    completion: uuidToId('completion', row.completionId),
    rating: row.rating,
    tasks: row.tasks,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
