import { sql } from 'drizzle-orm';
import {
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { createdAt, moment, tenantId } from './columns.ts';

export const knowledgeSources = pgTable(
  'knowledge_sources',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    name: text('name').notNull(),
    /** Grows with every change of its documents: indexes built before are stale. */
    revision: integer('revision').notNull().default(0),
    createdAt,
  },
  (table) => [unique('knowledge_sources_name').on(table.tenantId, table.name)],
);

export const knowledgeDocuments = pgTable(
  'knowledge_documents',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    sourceId: uuid('source_id')
      .notNull()
      .references(() => knowledgeSources.id, { onDelete: 'cascade' }),
    path: text('path').notNull(),
    title: text('title').notNull(),
    content: text('content').notNull(),
    format: text('format', { enum: ['markdown', 'text'] }).notNull(),
    sha256: text('sha256').notNull(),
    /** SHA-256 of the bytes that were given, of which `content` is the text; '' in old rows. */
    sourceSha256: text('source_sha256').notNull().default(''),
    sourceFormat: text('source_format', {
      enum: ['markdown', 'text', 'html', 'pdf', 'docx'],
    })
      .notNull()
      .default('markdown'),
    /** BCP 47, as the document says or its words tell; null when neither does. */
    language: text('language'),
    words: integer('words').notNull().default(0),
    passages: integer('passages').notNull(),
    /** Why nothing can be answered from it, or null. */
    problem: text('problem'),
    createdAt,
  },
  (table) => [unique('knowledge_documents_path').on(table.sourceId, table.path)],
);

/** What nodes may have fetched of a tenant's pages; a hash stays as the record of its erasure. */
export const knowledgeShards = pgTable(
  'knowledge_shards',
  {
    tenantId,
    /** SHA-256 of the file in the content store. */
    sha256: text('sha256').notNull(),
    createdAt,
    /** When a page in it was changed or deleted. */
    retiredAt: moment('retired_at'),
    /** When its file was gone from here. */
    erasedAt: moment('erased_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.sha256] }),
    index('knowledge_shards_sha256').on(table.sha256),
  ],
);

/** Nodes that were let fetch a shard and have not said that they forgot it. */
export const shardHolders = pgTable(
  'shard_holders',
  { tenantId, sha256: text('sha256').notNull(), node: text('node').notNull() },
  (table) => [primaryKey({ columns: [table.tenantId, table.sha256, table.node] })],
);

/** Where a source's pages come from, when the gateway fetches them itself. */
export const knowledgeSyncs = pgTable('knowledge_syncs', {
  sourceId: uuid('source_id')
    .primaryKey()
    .references(() => knowledgeSources.id, { onDelete: 'cascade' }),
  tenantId,
  sitemap: text('sitemap').notNull(),
  /** Null: only when asked. */
  everyMinutes: integer('every_minutes'),
  nextAt: moment('next_at'),
});

/** At most one of a source is open: waiting or running. */
export const knowledgeSyncRuns = pgTable(
  'knowledge_sync_runs',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    sourceId: uuid('source_id')
      .notNull()
      .references(() => knowledgeSources.id, { onDelete: 'cascade' }),
    cause: text('cause', { enum: ['request', 'schedule'] }).notNull(),
    state: text('state', { enum: ['waiting', 'running', 'completed', 'failed'] })
      .notNull()
      .default('waiting'),
    sitemap: text('sitemap').notNull(),
    /** The code of why it failed, and what it said. */
    failure: text('failure'),
    detail: text('detail'),
    /** Pages that the sitemap names; null until it is read. */
    pages: integer('pages'),
    added: integer('added').notNull().default(0),
    changed: integer('changed').notNull().default(0),
    unchanged: integer('unchanged').notNull().default(0),
    removed: integer('removed').notNull().default(0),
    refused: integer('refused').notNull().default(0),
    /** How often a gateway took it up. */
    attempts: integer('attempts').notNull().default(0),
    leasedBy: uuid('leased_by'),
    leasedUntil: moment('leased_until'),
    createdAt,
    startedAt: moment('started_at'),
    endedAt: moment('ended_at'),
  },
  (table) => [
    index('knowledge_sync_runs_source').on(table.sourceId, table.createdAt),
    uniqueIndex('knowledge_sync_runs_open')
      .on(table.sourceId)
      .where(sql`state IN ('waiting', 'running')`),
  ],
);

/** Pages that a run is through with: a run that is taken up again goes on after them. */
export const knowledgeSyncPages = pgTable(
  'knowledge_sync_pages',
  {
    runId: uuid('run_id')
      .notNull()
      .references(() => knowledgeSyncRuns.id, { onDelete: 'cascade' }),
    tenantId,
    path: text('path').notNull(),
    /** Of a page that was not taken in; these stay when the run has ended. */
    code: text('code'),
    detail: text('detail'),
  },
  (table) => [primaryKey({ columns: [table.runId, table.path] })],
);

/** Documents that came from the sitemap, and what their server said about their version. */
export const knowledgeSyncedPages = pgTable(
  'knowledge_synced_pages',
  {
    sourceId: uuid('source_id')
      .notNull()
      .references(() => knowledgeSources.id, { onDelete: 'cascade' }),
    tenantId,
    path: text('path').notNull(),
    /** Of the bytes that the two fields below are about. */
    sha256: text('sha256').notNull(),
    etag: text('etag'),
    lastModified: text('last_modified'),
  },
  (table) => [primaryKey({ columns: [table.sourceId, table.path] })],
);
