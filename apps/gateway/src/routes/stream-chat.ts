import type { ChatAnswer } from '../assistant/chat-answer.ts';

const encoder = new TextEncoder();
/** Words of an answer that go into one event. */
const WORDS_AN_EVENT = 8;

/**
 * The answer as OpenAI's event stream (`chat.completion.chunk`, then `[DONE]`). The last chunk
 * carries what goes beside the text. Written to one body at once: the answer is complete before
 * its first byte, since what is quoted is known as a whole.
 */
export function streamChat({ id, created, model, text, details }: ChatAnswer): Response {
  const chunk = (delta: object, finish: 'stop' | null, extra: object = {}): string =>
    `data: ${JSON.stringify({
      id,
      object: 'chat.completion.chunk',
      created,
      model,
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...extra,
    })}\n\n`;
  const pieces = splitWords(text).map((content) => chunk({ content }, null));
  const events = [
    chunk({ role: 'assistant', content: '' }, null),
    ...pieces,
    chunk({}, 'stop', { ddai: details }),
    'data: [DONE]\n\n',
  ];
  return new Response(encoder.encode(events.join('')), {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    },
  });
}

/** Pieces of a few words each, with their white space: joined they are the text. */
function splitWords(text: string): string[] {
  const words = text.match(/\S+\s*|\s+/g) ?? [];
  const pieces: string[] = [];
  for (let start = 0; start < words.length; start += WORDS_AN_EVENT)
    pieces.push(words.slice(start, start + WORDS_AN_EVENT).join(''));
  return pieces;
}
