import { setImmediate as nextTurn } from 'node:timers/promises';
import { DdaiError } from '@ddai/core';
import {
  type Classification,
  type LabellingProposal,
  selectForLabelling,
  type TicketTask,
} from '@ddai/learning';
import { and, arrayContains, desc, eq, exists, notExists } from 'drizzle-orm';
import type { Database, Transaction } from '../database/database.ts';
import { idToUuid, uuidToId } from '../database/ids.ts';
import { assistants, completions, feedback } from '../database/schema/assistants.ts';
import { modelIdsOf, type TicketModels } from './ticket-models.ts';

/** A question that a person should label, and why. */
export interface QueuedQuestion extends Omit<LabellingProposal, 'index'> {
  readonly completion: string;
  readonly question: string;
  /** What the task's model says of it; null without a model. */
  readonly predicted: Classification | null;
  readonly createdAt: string;
}

export interface LabellingQueueRequest {
  /** `asst_…` */
  readonly assistant: string;
  readonly task: TicketTask;
  readonly limit: number;
}

/** @throws {DdaiError} `MODEL_UNKNOWN` for an assistant that is not there. */
export type ListLabellingQueue = (
  tenantId: string,
  request: LabellingQueueRequest,
) => Promise<QueuedQuestion[]>;

/** The newest ones: what customers ask now is what a model should learn. */
const CANDIDATES = 1000;
/** What resembles these is not proposed; older ones are in the model by now. */
const LABELLED = 200;
/** More says nothing new of a question, and ten thousand long ones would hold up everybody else. */
const READ_CHARACTERS = 1000;

/** Proposes which stored questions of an assistant a person should label for a task. */
export function createLabellingQueue({
  database,
  ticketModels,
}: {
  readonly database: Database;
  readonly ticketModels: TicketModels;
}): ListLabellingQueue {
  return async (tenantId, { assistant: id, task, limit }) => {
    const assistantId = idToUuid('assistant', id);
    const { assistant, open, labelled } = await database.asTenant(tenantId, async (tx) => ({
      assistant: (await tx.select().from(assistants).where(eq(assistants.id, assistantId)))[0],
      open: await questionsOf(tx, { assistantId, task, isLabelled: false, limit: CANDIDATES }),
      labelled: await questionsOf(tx, { assistantId, task, isLabelled: true, limit: LABELLED }),
    }));
    if (assistant === undefined)
      throw new DdaiError({ code: 'MODEL_UNKNOWN', message: `no assistant ${id}` });
    const classifier = await ticketModels.classifierOf(tenantId, modelIdsOf(assistant));
    const texts = open.map(({ question }) => {
      const text = question.slice(0, READ_CHARACTERS);
      const predicted = classifier.classify(text)[task];
      const probabilities = classifier.probabilities(task, text);
      return {
        text,
        predicted,
        outOfScope: predicted?.outOfScope === true,
        ...(probabilities === undefined ? {} : { probabilities }),
      };
    });
    await nextTurn();
    return selectForLabelling({
      texts,
      limit,
      labelled: labelled.map(({ question }) => question.slice(0, READ_CHARACTERS)),
    }).flatMap(({ index, ...proposal }) => {
      const row = open[index];
      if (row === undefined) return [];
      return {
        completion: uuidToId('completion', row.id),
        question: row.question,
        predicted: texts[index]?.predicted ?? null,
        ...proposal,
        createdAt: row.createdAt.toISOString(),
      };
    });
  };
}

function questionsOf(
  tx: Transaction,
  options: {
    readonly assistantId: string;
    readonly task: TicketTask;
    readonly isLabelled: boolean;
    readonly limit: number;
  },
): Promise<{ id: string; question: string; createdAt: Date }[]> {
  const { assistantId, task, isLabelled, limit } = options;
  const labels = tx
    .select({ id: feedback.id })
    .from(feedback)
    .where(and(eq(feedback.completionId, completions.id), arrayContains(feedback.tasks, [task])));
  return tx
    .select({
      id: completions.id,
      question: completions.question,
      createdAt: completions.createdAt,
    })
    .from(completions)
    .where(
      and(
        eq(completions.assistantId, assistantId),
        isLabelled ? exists(labels) : notExists(labels),
      ),
    )
    .orderBy(desc(completions.id))
    .limit(limit);
}
