import { type ClientOptions, createSend } from './request.ts';
import type {
  AlertView,
  AnswerDetails,
  ChatCompletion,
  ChatMessage,
  EventInput,
  KnowledgeSource,
  NewMonitor,
  NewTrainingJob,
  NodeView,
  PageReport,
  TrainingJob,
  Usage,
} from './types.ts';

/** A tenant's view of one gateway. Every call throws `DdaiError` with the gateway's code. */
export interface DdaiClient {
  /** Answers the last user message. `model` is an assistant's id or name. */
  complete(
    request: { model: string; messages: readonly ChatMessage[] },
    idempotencyKey?: string,
  ): Promise<ChatCompletion>;
  listAssistants(): Promise<{ readonly id: string; readonly name: string }[]>;
  /** Chooses which trained model names an assistant's intents; null for none. */
  setIntentModel(assistantId: string, modelId: string | null): Promise<void>;
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
    listAssistants: () => list('/v1/models'),
    setIntentModel: async (assistantId, intentModelId) => {
      await send({
        method: 'PATCH',
        path: `/v1/assistants/${assistantId}`,
        body: { intentModelId },
      });
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
    createMonitor: (monitor) => post('/v1/monitors', monitor),
    sendEvents: (events) => post('/v1/events', { events }),
    listAlerts: () => list('/v1/alerts'),
    readUsage: (cursor) =>
      get(`/v1/usage${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`),
  };
}
