import { and, eq, lt, or } from 'drizzle-orm';
import { shareQuotes } from '../database/advisory-locks.ts';
import type { Transaction } from '../database/database.ts';
import { completions, conversations } from '../database/schema/assistants.ts';
import { knowledgeDocuments, knowledgeSources } from '../database/schema/knowledge.ts';
import { readRevision } from '../knowledge/read-revision.ts';
import type { Answer } from './chat-answer.ts';

export interface NewCompletion {
  /** A UUID, made before the pages were read. */
  readonly id: string;
  readonly tenantId: string;
  readonly assistantId: string;
  /** A UUID. */
  readonly conversationId: string | null;
  readonly question: string;
  readonly answer: Answer;
  /** What the pages were at that it was answered from. */
  readonly revision: string;
  /** Its citations don't account for its text: it goes with any page. */
  readonly quotesUnknown: boolean;
}

/**
 * Stores an answer; without its text when a page that it quotes was deleted while it was worked on.
 * @returns what is stored; undefined when its conversation was deleted, and nothing is
 */
export async function storeAnswer(
  tx: Transaction,
  { revision, ...completion }: NewCompletion,
): Promise<Answer | undefined> {
  const { tenantId, conversationId } = completion;
  await shareQuotes(tx, tenantId);
  if (conversationId !== null) {
    const there = eq(conversations.id, conversationId);
    const rows = await tx.select({ id: conversations.id }).from(conversations).where(there);
    if (rows.length === 0) return undefined;
  }
  const isOutdated = (await readRevision(tx)) !== revision;
  const isGone = isOutdated && (completion.quotesUnknown || (await quotesDeleted(tx, completion)));
  const answer = isGone ? withoutText(completion.answer) : completion.answer;
  await tx.insert(completions).values({ ...completion, answer, route: answer.details.route });
  return answer;
}

/** The answer as it stands when a page that it quotes is deleted. */
function withoutText({ details }: Answer): Answer {
  return { text: '', details: { ...details, citations: [], erased: true } };
}

async function quotesDeleted(
  tx: Transaction,
  { id, answer }: Pick<NewCompletion, 'id' | 'answer'>,
): Promise<boolean> {
  const cited = [...new Set(answer.details.citations.map(({ documentId }) => documentId))];
  if (cited.length === 0) return false;
  const named = cited.map((documentId) => {
    const slash = documentId.indexOf('/');
    return and(
      eq(knowledgeSources.name, documentId.slice(0, slash)),
      eq(knowledgeDocuments.path, documentId.slice(slash + 1)),
    );
  });
  const rows = await tx
    .select({ id: knowledgeDocuments.id })
    .from(knowledgeDocuments)
    .innerJoin(knowledgeSources, eq(knowledgeSources.id, knowledgeDocuments.sourceId))
    // A page put there since then is another one, whatever its name.
    .where(and(or(...named), lt(knowledgeDocuments.id, id)));
  return rows.length < cited.length;
}
