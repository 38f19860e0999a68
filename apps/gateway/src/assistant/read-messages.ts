import { type ConversationTurn, redactPersonalData } from '@ddai/assistant';
import { DdaiError } from '@ddai/core';

export interface ChatRequest {
  /** `asst_…` or the assistant's name. */
  readonly model: string;
  readonly messages: readonly {
    readonly role: 'system' | 'user' | 'assistant';
    readonly content: string;
  }[];
  /** `conv_…`: what was said in it comes before `messages`, and this turn joins it. */
  readonly conversation?: string;
}

/** A request as everything behind it sees it. */
export interface ReadMessages {
  readonly question: string;
  readonly earlier: ConversationTurn[];
  readonly redacted: string[];
}

/**
 * The question and the turns before it, without the personal data that was in them, and without
 * halves of characters, which no node takes.
 * @throws {DdaiError} `REQUEST_INVALID` without a question
 */
export function readMessages({ messages }: ChatRequest): ReadMessages {
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const asked = messages[last];
  if (asked === undefined || asked.content.trim() === '') {
    throw new DdaiError({
      code: 'REQUEST_INVALID',
      message: 'messages: the last user message is missing or empty',
    });
  }
  const { text: question, found } = redactPersonalData(asked.content.toWellFormed());
  const earlier = messages
    .slice(0, last)
    .flatMap(({ role, content }) =>
      role === 'system' ? [] : [{ role, text: redactPersonalData(content.toWellFormed()).text }],
    );
  return { question, earlier, redacted: [...new Set(found.map(({ kind }) => kind))] };
}
