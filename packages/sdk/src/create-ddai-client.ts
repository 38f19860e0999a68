import { type ClientOptions, createSend } from './request.ts';
import type {
  AlertView,
  AnswerDetails,
  Audit,
  AuditEvidence,
  ChatCompletion,
  ChatMessage,
  Conversation,
  Erasure,
  EventInput,
  Exchange,
  Feedback,
  FileReport,
  KnowledgeFile,
  KnowledgeSource,
  LabelledQuestion,
  NewFeedback,
  NewMonitor,
  NewTrainingJob,
  NodeView,
  PageReport,
  QueuedQuestion,
  SearchHit,
  SyncProblem,
  SyncRun,
  SyncSettings,
  TextClassification,
  TicketTask,
  TrainingJob,
  Usage,
} from './types.ts';

/** A tenant's view of one gateway. Every call throws `DdaiError` with the gateway's code. */
export interface DdaiClient {
  /**
   * Answers the last user message. `model` is an assistant's id or name. With a `conversation` the
   * gateway knows what was said before, and `messages` needs the new one only.
   */
  complete(
    request: { model: string; messages: readonly ChatMessage[]; conversation?: string },
    idempotencyKey?: string,
  ): Promise<ChatCompletion>;
  openConversation(model: string, idempotencyKey?: string): Promise<Conversation>;
  /** All questions and answers of a conversation, oldest first. */
  readConversation(id: string): Promise<Exchange[]>;
  /** Erases it with its questions and answers. */
  deleteConversation(id: string): Promise<void>;
  listAssistants(): Promise<{ readonly id: string; readonly name: string }[]>;
  /** Chooses which trained model names an assistant's intents; null for none. */
  setIntentModel(assistantId: string, modelId: string | null): Promise<void>;
  /** Chooses which trained model serves each task of an assistant; null for none, absent: as it is. */
  setClassifiers(
    assistantId: string,
    classifiers: Readonly<Partial<Record<TicketTask, string | null>>>,
  ): Promise<void>;
  /** Labels of texts, without an answer. `model` is an assistant's id or name, or a trained model's id. */
  classify(model: string, input: readonly string[]): Promise<TextClassification[]>;
  /** Questions that a person should label; `limit` default 20, at most 100. */
  readLabellingQueue(
    assistantId: string,
    task: TicketTask,
    limit?: number,
  ): Promise<QueuedQuestion[]>;
  giveFeedback(feedback: NewFeedback, idempotencyKey?: string): Promise<Feedback>;
  /** Labelled questions that nobody has taken away yet, oldest first, at most a thousand. */
  readFeedbackLabels(): Promise<LabelledQuestion[]>;
  /** Has the gateway forget labels that are safe here; says of how many. */
  acknowledgeFeedbackLabels(ids: readonly string[]): Promise<number>;
  /** Sets whether an assistant's questions stay on the gateway, and what ranks and writes for it. */
  configureAssistant(
    assistantId: string,
    settings: {
      readonly localOnly?: boolean;
      readonly answerWriter?: string | null;
      readonly encoder?: string | null;
    },
  ): Promise<void>;
  createKnowledgeSource(name: string): Promise<KnowledgeSource>;
  listKnowledgeSources(): Promise<KnowledgeSource[]>;
  replacePages(
    sourceId: string,
    documents: readonly {
      readonly path: string;
      readonly content: string;
      readonly format?: 'markdown' | 'text';
    }[],
  ): Promise<PageReport[]>;
  /** Takes in one Markdown, text, HTML, PDF or DOCX file; its bytes tell which. */
  putFile(sourceId: string, path: string, bytes: Uint8Array): Promise<FileReport>;
  /** All documents of a source, in the order of their paths. */
  listFiles(sourceId: string): Promise<KnowledgeFile[]>;
  removeFile(sourceId: string, path: string): Promise<void>;
  /** Forgets a source, its pages, and what stored answers quote from them. */
  deleteKnowledgeSource(id: string): Promise<void>;
  /** Has the gateway fetch a source's pages itself; null ends that, and keeps the pages. */
  setKnowledgeSync(sourceId: string, settings: SyncSettings | null): Promise<void>;
  startSyncRun(sourceId: string, idempotencyKey?: string): Promise<SyncRun>;
  /** The newest hundred, newest first. */
  listSyncRuns(sourceId: string): Promise<SyncRun[]>;
  /** With the pages that were not taken in, and why. */
  readSyncRun(sourceId: string, runId: string): Promise<SyncRun & { problems: SyncProblem[] }>;
  /** What became of pages that were changed or deleted: the newest hundred. */
  listErasures(): Promise<Erasure[]>;
  /** Pages for a question, best first; `limit` default 10, at most 50. */
  search(query: string, limit?: number): Promise<SearchHit[]>;
  createTrainingJob(job: NewTrainingJob, idempotencyKey?: string): Promise<TrainingJob>;
  readTrainingJob(id: string): Promise<TrainingJob>;
  /** Ends a job; rounds that closed stay paid. */
  cancelTrainingJob(id: string): Promise<TrainingJob>;
  /** The job's record, as JSON lines in UTF-8; it can be large. */
  readReceipt(jobId: string): Promise<ReadableStream<Uint8Array>>;
  /** The model as safetensors. */
  readModel(modelId: string): Promise<Uint8Array>;
  /** Brings along a model (safetensors), for instance one that this tenant's participants trained. */
  bringModel(name: string, bytes: Uint8Array): Promise<{ readonly id: string }>;
  listNodes(): Promise<NodeView[]>;
  /** Answers of nodes that were run again, newest first, and where the next page begins. */
  listAudits(
    cursor?: string,
  ): Promise<{ readonly data: Audit[]; readonly nextCursor: string | null }>;
  /** Of an audit that failed. */
  readAuditEvidence(id: string): Promise<AuditEvidence>;
  createMonitor(monitor: NewMonitor): Promise<{ readonly id: string }>;
  sendEvents(
    events: readonly EventInput[],
  ): Promise<{ readonly accepted: number; readonly raised: string[] }>;
  listAlerts(): Promise<AlertView[]>;
  readUsage(cursor?: string): Promise<Usage>;
}

/**
 * @example
 * const client = createDdaiClient({ baseUrl: 'http://127.0.0.1:8787', apiKey: process.env.DDAI_API_KEY });
 * const { text, details } = await client.complete({
 *   model: 'support',
 *   messages: [{ role: 'user', content: 'How do I freeze my card?' }],
 * });
 */
export function createDdaiClient(options: ClientOptions): DdaiClient {
  const send = createSend(options);
  const get = async <T>(path: string): Promise<T> =>
    (await send({ method: 'GET', path })).json() as Promise<T>;
  const list = async <T>(path: string): Promise<T[]> => (await get<{ data: T[] }>(path)).data;
  const post = async <T>(path: string, body: unknown, idempotencyKey?: string): Promise<T> => {
    const key = idempotencyKey === undefined ? {} : { idempotencyKey };
    return (await send({ method: 'POST', path, body, ...key })).json() as Promise<T>;
  };
  return {
    async complete(request, idempotencyKey) {
      interface Body {
        readonly id: string;
        readonly model: string;
        readonly choices: readonly [{ readonly message: { readonly content: string } }];
        readonly ddai: AnswerDetails;
      }
      const { id, model, choices, ddai } = await post<Body>(
        '/v1/chat/completions',
        request,
        idempotencyKey,
      );
      return { id, model, text: choices[0].message.content, details: ddai };
    },
    openConversation: (model, idempotencyKey) =>
      post('/v1/conversations', { model }, idempotencyKey),
    readConversation: async (id) => {
      const exchanges: Exchange[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = cursor === '' ? '' : `?cursor=${cursor}`;
        const page: { data: Exchange[]; nextCursor: string | null } = await get(
          `/v1/conversations/${id}/messages${query}`,
        );
        exchanges.push(...page.data);
        cursor = page.nextCursor;
      }
      return exchanges;
    },
    deleteConversation: async (id) => {
      await send({ method: 'DELETE', path: `/v1/conversations/${id}` });
    },
    listAssistants: () => list('/v1/models'),
    setIntentModel: async (assistantId, intentModelId) => {
      await send({
        method: 'PATCH',
        path: `/v1/assistants/${assistantId}`,
        body: { intentModelId },
      });
    },
    setClassifiers: async (assistantId, classifiers) => {
      await send({
        method: 'PATCH',
        path: `/v1/assistants/${assistantId}`,
        body: { classifiers },
      });
    },
    classify: async (model, input) =>
      (await post<{ data: TextClassification[] }>('/v1/classifications', { model, input })).data,
    readLabellingQueue: (assistantId, task, limit = 20) =>
      list(`/v1/assistants/${assistantId}/labelling-queue?task=${task}&limit=${limit}`),
    giveFeedback: (feedback, idempotencyKey) => post('/v1/feedback', feedback, idempotencyKey),
    readFeedbackLabels: () => list('/v1/feedback/labels'),
    acknowledgeFeedbackLabels: async (ids) =>
      (await post<{ forgotten: number }>('/v1/feedback/labels/acknowledge', { ids })).forgotten,
    configureAssistant: async (assistantId, settings) => {
      await send({ method: 'PATCH', path: `/v1/assistants/${assistantId}`, body: settings });
    },
    createKnowledgeSource: (name) => post('/v1/knowledge-sources', { name }),
    listKnowledgeSources: () => list('/v1/knowledge-sources'),
    replacePages: async (sourceId, documents) => {
      const response = await send({
        method: 'PUT',
        path: `/v1/knowledge-sources/${sourceId}/documents`,
        body: { documents },
      });
      return ((await response.json()) as { data: PageReport[] }).data;
    },
    putFile: async (sourceId, path, bytes) =>
      (
        await send({ method: 'PUT', path: filePath(sourceId, path), body: bytes })
      ).json() as Promise<FileReport>,
    listFiles: async (sourceId) => {
      const files: KnowledgeFile[] = [];
      for (let after: string | null = ''; after !== null; ) {
        const query: string = after === '' ? '' : `?after=${encodeURIComponent(after)}`;
        const page: { data: KnowledgeFile[]; next: string | null } = await get(
          `/v1/knowledge-sources/${sourceId}/files${query}`,
        );
        files.push(...page.data);
        after = page.next;
      }
      return files;
    },
    removeFile: async (sourceId, path) => {
      await send({ method: 'DELETE', path: filePath(sourceId, path) });
    },
    deleteKnowledgeSource: async (id) => {
      await send({ method: 'DELETE', path: `/v1/knowledge-sources/${id}` });
    },
    setKnowledgeSync: async (sourceId, settings) => {
      const path = `/v1/knowledge-sources/${sourceId}/sync`;
      await send(
        settings === null ? { method: 'DELETE', path } : { method: 'PUT', path, body: settings },
      );
    },
    startSyncRun: (sourceId, idempotencyKey) =>
      post(`/v1/knowledge-sources/${sourceId}/sync-runs`, undefined, idempotencyKey),
    listSyncRuns: (sourceId) => list(`/v1/knowledge-sources/${sourceId}/sync-runs`),
    readSyncRun: (sourceId, runId) => get(`/v1/knowledge-sources/${sourceId}/sync-runs/${runId}`),
    listErasures: () => list('/v1/erasures'),
    search: async (query, limit = 10) =>
      (await post<{ data: SearchHit[] }>('/v1/search', { query, limit })).data,
    createTrainingJob: (job, idempotencyKey) => post('/v1/training-jobs', job, idempotencyKey),
    readTrainingJob: (id) => get(`/v1/training-jobs/${id}`),
    cancelTrainingJob: (id) => post(`/v1/training-jobs/${id}/cancel`, undefined),
    readReceipt: async (jobId) => {
      const path = `/v1/training-jobs/${jobId}/receipt`;
      return (await send({ method: 'GET', path })).body ?? new ReadableStream();
    },
    readModel: async (modelId) => {
      const response = await send({ method: 'GET', path: `/v1/trained-models/${modelId}/content` });
      return new Uint8Array(await response.arrayBuffer());
    },
    bringModel: (name, bytes) => post(`/v1/trained-models?name=${encodeURIComponent(name)}`, bytes),
    listNodes: () => list('/v1/nodes'),
    listAudits: (cursor) => get(`/v1/audits${cursor === undefined ? '' : `?cursor=${cursor}`}`),
    readAuditEvidence: (id) => get(`/v1/audits/${id}/evidence`),
    createMonitor: (monitor) => post('/v1/monitors', monitor),
    sendEvents: (events) => post('/v1/events', { events }),
    listAlerts: () => list('/v1/alerts'),
    readUsage: (cursor) =>
      get(`/v1/usage${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`),
  };
}

function filePath(sourceId: string, path: string): string {
  return `/v1/knowledge-sources/${sourceId}/files?path=${encodeURIComponent(path)}`;
}
