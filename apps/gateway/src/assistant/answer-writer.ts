import type { WritingMessage } from '@ddai/assistant';
import { readChatStream } from './read-chat-stream.ts';

/** An OpenAI-compatible endpoint that the gateway's operator lets assistants write with. */
export interface AnswerWriterEndpoint {
  /** Up to and without `/chat/completions`. */
  readonly baseUrl: string;
  readonly model: string;
  /** Sent as bearer token and nowhere else: not logged, not shown, not stored. */
  readonly apiKey?: string;
  /** Whether it is the operator's own machine, so that `local_only` assistants may use it. */
  readonly local: boolean;
  /** Milliseconds from request to the last byte. */
  readonly timeout: number;
}

/** Why a model's text is not used. */
export type WriterFault =
  | 'timeout'
  | 'unreachable'
  | 'refused'
  | 'cut'
  | 'invalid-reply'
  | 'too-long';

export type WrittenText = { readonly text: string } | { readonly fault: WriterFault };

export type AnswerWriter = (
  endpoint: AnswerWriterEndpoint,
  messages: readonly WritingMessage[],
) => Promise<WrittenText>;

/** Tokens that four sentences need, with room for languages that take more. */
const MOST_TOKENS = 400;

/**
 * Asks a model and waits for the whole text: what is not whole can't be checked. Every failure is a
 * value, for the quoted answer is always there. Redirects are not followed: they would carry the
 * question and the key elsewhere.
 */
export function createAnswerWriter(fetch: typeof globalThis.fetch): AnswerWriter {
  return async ({ baseUrl, model, apiKey, timeout }, messages) => {
    const signal = AbortSignal.timeout(timeout);
    try {
      const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
        method: 'POST',
        redirect: 'error',
        signal,
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({
          model,
          messages,
          stream: true,
          temperature: 0,
          max_tokens: MOST_TOKENS,
        }),
      });
      if (!response.ok) {
        await response.body?.cancel();
        return { fault: 'refused' };
      }
      if (response.body === null) return { fault: 'invalid-reply' };
      return await readChatStream(response.body);
    } catch {
      return { fault: signal.aborted ? 'timeout' : 'unreachable' };
    }
  };
}
