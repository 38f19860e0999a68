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
import type { assistants } from '../database/schema/assistants.ts';
import { trainedModels } from '../database/schema/training.ts';

/** UUIDs of the trained models that serve an assistant's tasks. */
export type ModelIds = Readonly<Record<TicketTask, string | null>>;

/** Trained text models of tenants, loaded once. */
export interface TicketModels {
  /** @throws {DdaiError} `MODEL_UNKNOWN` when it is not this tenant's, `MODEL_MALFORMED` */
  load(tenantId: string, modelId: string): Promise<IntentModel>;
  /** @throws {DdaiError} `MODEL_UNKNOWN`, `MODEL_MALFORMED` */
  classifierOf(tenantId: string, modelIds: ModelIds): Promise<TaskClassifier>;
}

/** Weights kept in memory; 2^15 features by 77 labels are 10 MB. */
const MOST_WEIGHT_BYTES = 256 * 2 ** 20;
/** Each has a featuriser's buffers, some 2 MB. */
const KEPT_CLASSIFIERS = 32;

interface KnownClassifier {
  readonly classifier: TaskClassifier;
  readonly models: readonly IntentModel[];
}

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
  // Oldest use first.
  const models = new Map<string, IntentModel>();
  const classifiers = new Map<string, KnownClassifier>();

  /** The model just used stays, however large it is. */
  const dropOldest = (): void => {
    let bytes = 0;
    for (const [key, model] of [...models].reverse()) {
      bytes += model.weights.byteLength;
      if (bytes <= MOST_WEIGHT_BYTES || bytes === model.weights.byteLength) continue;
      models.delete(key);
      for (const [name, known] of classifiers)
        if (known.models.includes(model)) classifiers.delete(name);
    }
  };

  const load = async (tenantId: string, modelId: string): Promise<IntentModel> => {
    const key = `${tenantId}/${modelId}`;
    const known = models.get(key);
    if (known !== undefined) {
      touch(models, key, known);
      return known;
    }
    const [row] = await database.asTenant(tenantId, (tx) =>
      tx.select().from(trainedModels).where(eq(trainedModels.id, modelId)),
    );
    if (row === undefined)
      throw new DdaiError({
        code: 'MODEL_UNKNOWN',
        message: `no trained model ${uuidToId('model', modelId)}`,
      });
    const model = parseIntentModel(await content.read(row.sha256));
    touch(models, key, model);
    dropOldest();
    return model;
  };

  return {
    load,
    async classifierOf(tenantId, modelIds) {
      const key = `${tenantId}/${TICKET_TASKS.map((task) => modelIds[task] ?? '').join('/')}`;
      const known = classifiers.get(key);
      if (known !== undefined) {
        touch(classifiers, key, known);
        return known.classifier;
      }
      const loaded: Partial<Record<TicketTask, IntentModel>> = {};
      for (const task of TICKET_TASKS) {
        const modelId = modelIds[task];
        if (modelId !== null) loaded[task] = await load(tenantId, modelId);
      }
      const classifier = createTaskClassifier(loaded);
      touch(classifiers, key, { classifier, models: Object.values(loaded) });
      for (const oldest of [...classifiers.keys()].slice(0, -KEPT_CLASSIFIERS))
        classifiers.delete(oldest);
      return classifier;
    },
  };
}

/** Puts an entry at the end of the order of use. */
function touch<T>(cache: Map<string, T>, key: string, value: T): void {
  cache.delete(key);
  cache.set(key, value);
}
