import { sql } from 'drizzle-orm';
import { boolean, index, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { createdAt, moment, tenantId } from './columns.ts';

export const assistants = pgTable(
  'assistants',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    name: text('name').notNull(),
    /** Which trained model names the intents; none until one is chosen. */
    intentModelId: uuid('intent_model_id'),
    /** Trained models of the other tasks; none until one is chosen. */
    topicModelId: uuid('topic_model_id'),
    priorityModelId: uuid('priority_model_id'),
    sentimentModelId: uuid('sentiment_model_id'),
    /** No question of it goes to a node, nor to a model endpoint that is not the operator's own. */
    localOnly: boolean('local_only').notNull().default(false),
    /** Name of a model endpoint of the operator that writes its answers; none: they are quoted. */
    answerWriter: text('answer_writer'),
    /** Name of an embeddings endpoint of the operator that re-ranks its pages; none: words alone. */
    encoder: text('encoder'),
    createdAt,
  },
  (table) => [unique('assistants_name').on(table.tenantId, table.name)],
);

/** Its messages are the completions that name it. */
export const conversations = pgTable(
  'conversations',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    assistantId: uuid('assistant_id').notNull(),
    createdAt,
  },
  (table) => [index('conversations_tenant').on(table.tenantId, table.id)],
);

export const completions = pgTable(
  'completions',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    assistantId: uuid('assistant_id').notNull(),
    /** Whose turn it is, if the caller keeps a conversation here; forgotten with it. */
    conversationId: uuid('conversation_id').references(() => conversations.id, {
      onDelete: 'cascade',
    }),
    /** Personal data was removed before it came here. */
    question: text('question').notNull(),
    answer: jsonb('answer').notNull(),
    route: text('route').notNull(),
    /** Its citations don't account for its text: it is erased with any page. */
    quotesUnknown: boolean('quotes_unknown').notNull().default(false),
    createdAt,
  },
  (table) => [
    index('completions_citations').using(
      'gin',
      sql`(answer #> '{details,citations}') jsonb_path_ops`,
    ),
    index('completions_quotes_unknown').on(table.tenantId).where(sql`quotes_unknown`),
    index('completions_tenant_time').on(table.tenantId, table.createdAt),
    index('completions_conversation').on(table.conversationId, table.id),
  ],
);

/** What people said of an answer; the newest counts. Erased with the answer. */
export const feedback = pgTable(
  'feedback',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    completionId: uuid('completion_id')
      .notNull()
      .references(() => completions.id, { onDelete: 'cascade' }),
    rating: text('rating', { enum: ['good', 'bad'] }).notNull(),
    /** Label by task; null when none was given, or once its owner has taken it away. */
    labels: jsonb('labels').$type<Readonly<Record<string, string>>>(),
    /** Tasks that were labelled; stays when the labels are gone, so that nobody is asked again. */
    tasks: text('tasks').array().notNull(),
    /** Personal data was removed before it came here. */
    comment: text('comment'),
    /** When the labels were taken away. */
    deliveredAt: moment('delivered_at'),
    createdAt,
  },
  (table) => [
    index('feedback_tenant').on(table.tenantId, table.id),
    index('feedback_completion').on(table.completionId),
    index('feedback_labels').on(table.tenantId, table.id).where(sql`labels IS NOT NULL`),
  ],
);
