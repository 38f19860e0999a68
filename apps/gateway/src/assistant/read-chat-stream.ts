import { z } from 'zod';
import type { WrittenText } from './answer-writer.ts';

const MOST_BYTES = 262_144;

const chunkSchema = z.object({
  choices: z.array(
    z.object({
      delta: z.object({ content: z.string().nullish() }).optional(),
      finish_reason: z.string().nullish(),
    }),
  ),
});

/**
 * The text of an OpenAI event stream. Only `finish_reason: "stop"` makes it whole: a stream that
 * ends before, or because it reached its length, may have lost a "not".
 */
export async function readChatStream(body: ReadableStream<Uint8Array>): Promise<WrittenText> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let pending = '';
  let text = '';
  let finish: string | undefined;
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(rethrowUnlessCut);
      if (value !== undefined) {
        bytes += value.length;
        if (bytes > MOST_BYTES) return { fault: 'too-long' };
        pending += decoder.decode(value, { stream: true });
      }
      const lines = pending.split(/\r?\n/);
      pending = done ? '' : (lines.pop() ?? '');
      for (const line of lines) {
        const data = /^data:\s?(.*)$/.exec(line)?.[1];
        if (data === undefined || data === '[DONE]') continue;
        const chunk = parseChunk(data);
        if (chunk === undefined) return { fault: done ? 'cut' : 'invalid-reply' };
        for (const { delta, finish_reason } of chunk.choices) {
          text += delta?.content ?? '';
          finish = finish_reason ?? finish;
        }
      }
      if (done) break;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  if (finish === undefined && bytes > 0 && text === '') return { fault: 'invalid-reply' };
  return finish === 'stop' ? { text } : { fault: 'cut' };
}

/** A connection that broke ends the stream; a time limit is the caller's to tell. */
function rethrowUnlessCut(error: unknown): { done: true; value: undefined } {
  if (error instanceof DOMException && error.name === 'TimeoutError') throw error;
  return { done: true, value: undefined };
}

function parseChunk(data: string): z.infer<typeof chunkSchema> | undefined {
  try {
    return chunkSchema.parse(JSON.parse(data));
  } catch {
    return undefined;
  }
}
