import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

/**
 * Every table carries `tenant_id` and is under forced row-level security (0001_security.sql):
 * the gateway's role sees only the tenant that its transaction names.
 */
const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** Wei: a uint256 has at most 78 decimal digits. Strings in JavaScript, never a float. */
const wei = (name: string) => numeric(name, { precision: 78, scale: 0 });
const moment = (name: string) => timestamp(name, { withTimezone: true });
const createdAt = moment('created_at').notNull().default(sql`now()`);
const tenantId = uuid('tenant_id').notNull();

export const tenants = pgTable('tenants', {
  tenantId: uuid('tenant_id').primaryKey(),
  name: text('name').notNull().unique(),
  /** The account whose escrow balance pays for this tenant's work, checksummed; nobody else's too. */
  payer: text('payer').notNull().unique(),
  createdAt,
});

export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    name: text('name').notNull(),
    /** SHA-256 of the secret: the secret itself has 256 random bits and is never stored. */
    secretHash: bytea('secret_hash').notNull().unique(),
    /** The first characters, so that people can tell keys apart. */
    prefix: text('prefix').notNull(),
    scopes: text('scopes').array().notNull(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
    createdAt,
  },
  (table) => [index('api_keys_tenant').on(table.tenantId)],
);

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

export const idempotencyRecords = pgTable(
  'idempotency_records',
  {
    tenantId,
    key: text('key').notNull(),
    /** SHA-256 over method, path and body. */
    fingerprint: text('fingerprint').notNull(),
    /** What the work makes has this id, also when a repeat has to do it again. */
    runId: uuid('run_id').notNull().default(sql`gen_random_uuid()`),
    /** Null after a failure: the next one with this key may try again. */
    startedAt: moment('started_at').default(sql`now()`),
    status: integer('status'),
    response: jsonb('response'),
    createdAt,
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.key] }),
    index('idempotency_records_run').on(table.runId),
  ],
);

/** One try to have one node answer; a query that is retried has several. */
export const workRequests = pgTable(
  'work_requests',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    completionId: uuid('completion_id').notNull(),
    requestId: text('request_id').notNull().unique(),
    node: text('node').notNull(),
    state: text('state', { enum: ['sent', 'answered', 'failed'] }).notNull(),
    /** Wei that it will cost; reserved while it is `sent` and not expired. */
    price: wei('price').notNull().default('0'),
    /** The node's answer counts for nothing from then on. */
    expiresAt: moment('expires_at').notNull().default(sql`now()`),
    /** Why it failed, as a code. */
    failure: text('failure'),
    attestation: jsonb('attestation'),
    milliseconds: integer('milliseconds'),
    createdAt,
  },
  (table) => [
    index('work_requests_completion').on(table.completionId),
    index('work_requests_open').on(table.tenantId, table.expiresAt).where(sql`state = 'sent'`),
  ],
);

/** Answers of nodes that were run again. Holds no text, and stays when a question is erased. */
export const audits = pgTable(
  'audits',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    completionId: uuid('completion_id').notNull(),
    node: text('node').notNull(),
    payer: text('payer').notNull(),
    /** Whether the payer held a tier's lock then: only such audits make the rate fall. */
    payerLocked: boolean('payer_locked').notNull(),
    passed: boolean('passed').notNull(),
    createdAt,
  },
  (table) => [index('audits_tenant').on(table.tenantId, table.id)],
);

/** Of an audit that failed, what a dispute needs; erased with the question. */
export const auditEvidence = pgTable(
  'audit_evidence',
  {
    auditId: uuid('audit_id')
      .primaryKey()
      .references(() => audits.id, { onDelete: 'cascade' }),
    tenantId,
    completionId: uuid('completion_id')
      .notNull()
      .references(() => completions.id, { onDelete: 'cascade' }),
    attestation: jsonb('attestation').notNull(),
    input: bytea('input').notNull(),
    result: bytea('result').notNull(),
    expected: bytea('expected').notNull(),
  },
  (table) => [index('audit_evidence_completion').on(table.completionId)],
);

/** What was promised to nodes, each reason once. */
export const charges = pgTable(
  'charges',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    /** `query:<completion>` or `training:<job>:<round>:<node>`: paying twice breaks this key. */
    reason: text('reason').notNull().unique(),
    payer: text('payer').notNull(),
    node: text('node').notNull(),
    workClass: integer('work_class').notNull(),
    amount: wei('amount').notNull(),
    createdAt,
  },
  (table) => [index('charges_tenant_time').on(table.tenantId, table.createdAt)],
);

/** The newest voucher per (payer, signer, node, class); `cumulative` never falls. */
export const vouchers = pgTable(
  'vouchers',
  {
    tenantId,
    payer: text('payer').notNull(),
    signer: text('signer').notNull(),
    node: text('node').notNull(),
    workClass: integer('work_class').notNull(),
    cumulative: wei('cumulative').notNull(),
    /** What the node is known to hold durably. */
    acknowledged: wei('acknowledged').notNull().default('0'),
  },
  (table) => [primaryKey({ columns: [table.payer, table.signer, table.node, table.workClass] })],
);

export const trainingJobs = pgTable(
  'training_jobs',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    name: text('name').notNull(),
    terms: jsonb('terms').notNull(),
    state: text('state', {
      enum: ['waiting', 'running', 'completed', 'failed', 'cancelled'],
    }).notNull(),
    failure: text('failure'),
    progress: jsonb('progress'),
    modelId: uuid('model_id'),
    /** Which gateway process coordinates it, and until when. */
    leasedBy: uuid('leased_by'),
    leasedUntil: moment('leased_until'),
    createdAt,
  },
  (table) => [index('training_jobs_tenant').on(table.tenantId)],
);

/** The hash-chained event log of each job, in order, never changed. */
export const trainingEvents = pgTable(
  'training_events',
  {
    tenantId,
    jobId: uuid('job_id').notNull(),
    position: integer('position').notNull(),
    event: bytea('event').notNull(),
  },
  (table) => [primaryKey({ columns: [table.jobId, table.position] })],
);

export const trainedModels = pgTable(
  'trained_models',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    /** The job here that trained it; null for a model that its owner brought along. */
    jobId: uuid('job_id').unique(),
    name: text('name').notNull(),
    /** SHA-256 of the safetensors file in the content store. */
    sha256: text('sha256').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    metrics: jsonb('metrics').notNull(),
    createdAt,
  },
  (table) => [index('trained_models_tenant').on(table.tenantId)],
);

export const monitors = pgTable(
  'monitors',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    series: text('series').notNull(),
    settings: jsonb('settings').notNull(),
    /** The detector's own memory after the last point it saw. */
    state: jsonb('state'),
    createdAt,
  },
  (table) => [unique('monitors_series').on(table.tenantId, table.series)],
);

export const eventPoints = pgTable(
  'event_points',
  {
    tenantId,
    /** The sender's own id: sending it twice changes nothing. */
    eventId: text('event_id').notNull(),
    series: text('series').notNull(),
    at: moment('at').notNull(),
    value: doublePrecision('value').notNull(),
    customer: text('customer'),
    seen: boolean('seen').notNull().default(false),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.eventId] }),
    index('event_points_series_time').on(table.tenantId, table.series, table.at),
  ],
);

export const alerts = pgTable(
  'alerts',
  {
    id: uuid('id').primaryKey(),
    tenantId,
    monitorId: uuid('monitor_id').notNull(),
    severity: text('severity').notNull(),
    state: text('state', {
      enum: ['open', 'acknowledged', 'engaged', 'resolved', 'dismissed'],
    }).notNull(),
    evidence: jsonb('evidence').notNull(),
    createdAt,
  },
  (table) => [index('alerts_tenant_time').on(table.tenantId, table.createdAt)],
);
