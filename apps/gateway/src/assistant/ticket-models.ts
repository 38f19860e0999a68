import { DdaiError } from '@ddai/core';
import {
  createTaskClassifier,
  type IntentModel,
  parseIntentModel,
  type TaskClassifier,
  TICKET_TASKS,
  type TicketTask,
} from '@ddai/learning';
import { eq } from 'drizzle-orm';
import type { ContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import { uuidToId } from '../database/ids.ts';
import { type assistants, trainedModels } from '../database/schema.ts';

/** UUIDs of the trained models that serve an assistant's tasks. */
export type ModelIds = Readonly<Record<TicketTask, string | null>>;

/** Trained text models of tenants, loaded once. */
export interface TicketModels {
  /** @throws {DdaiError} `MODEL_UNKNOWN` when it is not this tenant's, `MODEL_MALFORMED` */
  load(tenantId: string, modelId: string): Promise<IntentModel>;
  /** @throws {DdaiError} `MODEL_UNKNOWN`, `MODEL_MALFORMED` */
  classifierOf(tenantId: string, modelIds: ModelIds): Promise<TaskClassifier>;
}

/** Kept in memory; 2^15 features by 77 labels are 10 MB each. */
const KEPT_MODELS = 32;
/** Each has a featuriser's buffers: some 2 MB. */
const KEPT_CLASSIFIERS = 32;

/** Which models serve an assistant's tasks. */
export function modelIdsOf(assistant: typeof assistants.$inferSelect): ModelIds {
  return {
    intent: assistant.intentModelId,
    topic: assistant.topicModelId,
    priority: assistant.priorityModelId,
    sentiment: assistant.sentimentModelId,
  };
}

export function createTicketModels({
  database,
  content,
}: {
  database: Database;
  content: ContentStore;
}): TicketModels {
  const models = new Map<string, IntentModel>();
  const classifiers = new Map<string, TaskClassifier>();

  const load = async (tenantId: string, modelId: string): Promise<IntentModel> => {
    const key = `${tenantId}/${modelId}`;
    const known = models.get(key);
    if (known !== undefined) return known;
    const [row] = await database.asTenant(tenantId, (tx) =>
      tx.select().from(trainedModels).where(eq(trainedModels.id, modelId)),
    );
    if (row === undefined)
      throw new DdaiError({
        code: 'MODEL_UNKNOWN',
        message: `no trained model ${uuidToId('model', modelId)}`,
      });
    const model = parseIntentModel(await content.read(row.sha256));
    keep(models, { key, value: model, most: KEPT_MODELS });
    return model;
  };

  return {
    load,
    async classifierOf(tenantId, modelIds) {
      const key = `${tenantId}/${TICKET_TASKS.map((task) => modelIds[task] ?? '').join('/')}`;
      const known = classifiers.get(key);
      if (known !== undefined) return known;
      const loaded: Partial<Record<TicketTask, IntentModel>> = {};
      for (const task of TICKET_TASKS) {
        const modelId = modelIds[task];
        if (modelId !== null) loaded[task] = await load(tenantId, modelId);
      }
      const classifier = createTaskClassifier(loaded);
      keep(classifiers, { key, value: classifier, most: KEPT_CLASSIFIERS });
      return classifier;
    },
  };
}

/** Adds to a cache from which the oldest go. */
function keep<T>(
  cache: Map<string, T>,
  { key, value, most }: { readonly key: string; readonly value: T; readonly most: number },
): void {
  cache.set(key, value);
  for (const oldest of [...cache.keys()].slice(0, Math.max(0, cache.size - most)))
    cache.delete(oldest);
}
