import { randomUUID } from 'node:crypto';
import { bytesToUtf8 } from '@ddai/core';
import { calibrateIntentModel, parseIntentModel, serialiseIntentModel } from '@ddai/learning';
import type { AnswerDetails, PageReport } from '@ddai/sdk';
import type { CompanyAccount } from './open-accounts.ts';

export interface AnsweredQuestion {
  readonly company: string;
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly details: AnswerDetails;
  readonly milliseconds: number;
  /** Whether the expected page is cited; undefined where none was named. */
  readonly citesExpected: boolean | undefined;
}

const SOURCE_NAME = 'help-centre';

/** Gives a company's pages to the gateway; says which can't be answered from. */
export async function ingestKnowledge({
  company,
  client,
}: CompanyAccount): Promise<readonly PageReport[]> {
  const existing = (await client.listKnowledgeSources()).find(({ name }) => name === SOURCE_NAME);
  const source = existing ?? (await client.createKnowledgeSource(SOURCE_NAME));
  const { pages, unread } = company.knowledge;
  const reports = await client.replacePages(
    source.id,
    pages.map(({ id, content, format = 'markdown' }) => ({
      path: id,
      content: typeof content === 'string' ? content : bytesToUtf8(content),
      format,
    })),
  );
  return [...unread, ...reports];
}

/**
 * Lets a company's assistant name intents with the model that its sites trained. The company fits
 * the probabilities to its own held-out tickets first, beside its data.
 */
export async function useModel(
  { company, client, assistantId }: CompanyAccount,
  model: Uint8Array,
): Promise<void> {
  const heldOut = company.sites.flatMap((site) => site.heldOut);
  const calibrated = calibrateIntentModel(parseIntentModel(model), heldOut);
  const { id } = await client.bringModel('intents', serialiseIntentModel(calibrated));
  await client.setIntentModel(assistantId, id);
}

/** Asks every question of a company, one after the other, as its customers would. */
export async function askQuestions(
  account: CompanyAccount,
  onAnswer: (answered: AnsweredQuestion) => void,
): Promise<AnsweredQuestion[]> {
  const { company, client, assistantId } = account;
  const answers: AnsweredQuestion[] = [];
  for (const { id, q, doc } of company.questions) {
    const startedAt = performance.now();
    const { text, details } = await client.complete(
      { model: assistantId, messages: [{ role: 'user', content: q }] },
      randomUUID(),
    );
    const cited = details.citations.map(({ documentId }) =>
      documentId.slice(SOURCE_NAME.length + 1),
    );
    const answered: AnsweredQuestion = {
      company: company.name,
      id,
      question: q,
      answer: text,
      details,
      milliseconds: performance.now() - startedAt,
      citesExpected: doc === undefined ? undefined : cited.includes(doc),
    };
    answers.push(answered);
    onAnswer(answered);
  }
  return answers;
}
