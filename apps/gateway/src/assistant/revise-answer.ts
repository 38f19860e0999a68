import { eq } from 'drizzle-orm';
import { shareQuotes } from '../database/advisory-locks.ts';
import type { Transaction } from '../database/database.ts';
import { completions } from '../database/schema/assistants.ts';
import type { Answer, ChatAnswer } from './chat-answer.ts';

/**
 * A chat response as it may be kept for repeats: without the text if a page that it quotes was deleted
 * since the answer was stored.
 * @param response.id the UUID of the completion
 */
export async function reviseAnswer(
  tx: Transaction,
  response: { readonly tenantId: string; readonly id: string; readonly body: unknown },
): Promise<ChatAnswer> {
  await shareQuotes(tx, response.tenantId);
  const [stored] = await tx
    .select({ answer: completions.answer })
    .from(completions)
    .where(eq(completions.id, response.id));
  const body = response.body as ChatAnswer;
  const answer = stored?.answer as Answer | undefined;
  return answer?.details.erased === true ? { ...body, ...answer } : body;
}
