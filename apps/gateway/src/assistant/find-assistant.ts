import { DdaiError } from '@ddai/core';
import { eq, or } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { idToUuid } from '../database/ids.ts';
import { assistants } from '../database/schema/assistants.ts';

/**
 * A tenant's assistant by `asst_…` or name.
 * @throws {DdaiError} `MODEL_UNKNOWN`
 */
export type FindAssistant = (
  tenantId: string,
  model: string,
) => Promise<typeof assistants.$inferSelect>;

export function createFindAssistant(database: Database): FindAssistant {
  return async (tenantId, model) => {
    const byName = eq(assistants.name, model);
    const uuid = model.startsWith('asst_') ? idToUuid('assistant', model) : undefined;
    const [row] = await database.asTenant(tenantId, (tx) =>
      tx
        .select()
        .from(assistants)
        .where(uuid === undefined ? byName : or(byName, eq(assistants.id, uuid))),
    );
    if (row !== undefined) return row;
    throw new DdaiError({
      code: 'MODEL_UNKNOWN',
      message: `no assistant ${model.slice(0, 100)}`,
      remedy: '`GET /v1/models` lists the assistants of this key.',
    });
  };
}
