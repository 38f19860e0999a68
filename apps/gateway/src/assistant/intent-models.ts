import type { IntentClassifier } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';
import { createIntentClassifier, parseIntentModel } from '@ddai/learning';
import { eq } from 'drizzle-orm';
import type { ContentStore } from '../content/content-store.ts';
import type { Database } from '../database/database.ts';
import { uuidToId } from '../database/ids.ts';
import { trainedModels } from '../database/schema.ts';

/** Trained intent models by their UUID, loaded once. */
export interface IntentModels {
  /** @throws {DdaiError} `MODEL_UNKNOWN` when it is not this tenant's. */
  load(tenantId: string, modelId: string): Promise<IntentClassifier>;
}

/** Models kept in memory; 2^15 features by 77 intents are 10 MB each. */
const KEPT_MODELS = 16;

export function createIntentModels({
  database,
  content,
}: {
  database: Database;
  content: ContentStore;
}): IntentModels {
  const loaded = new Map<string, IntentClassifier>();
  return {
    async load(tenantId, modelId) {
      const known = loaded.get(`${tenantId}/${modelId}`);
      if (known !== undefined) return known;
      const [row] = await database.asTenant(tenantId, (tx) =>
        tx.select().from(trainedModels).where(eq(trainedModels.id, modelId)),
      );
      if (row === undefined)
        throw new DdaiError({
          code: 'MODEL_UNKNOWN',
          message: `no trained model ${uuidToId('model', modelId)}`,
        });
      const classifier = createIntentClassifier(parseIntentModel(await content.read(row.sha256)));
      loaded.set(`${tenantId}/${modelId}`, classifier);
      for (const oldest of [...loaded.keys()].slice(0, Math.max(0, loaded.size - KEPT_MODELS)))
        loaded.delete(oldest);
      return classifier;
    },
  };
}
