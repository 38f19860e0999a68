import type { KnowledgeDocument } from './knowledge-document.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&nbsp;': ' ',
  '&#39;': "'",
};

/**
 * What a reader sees of `document.text.slice(start, end)`: markup left out, white space collapsed.
 * Only ever leaves characters out (besides the handful of entities it decodes), so it adds nothing
 * that the source does not say.
 */
export function readableText(document: KnowledgeDocument, start: number, end: number): string {
  const { text, readable } = document;
  let out = '';
  let last = -1;
  for (let i = firstRunEndingAfter(readable, start); i < readable.length; i += 2) {
    const from = Math.max(readable[i] as number, start);
    const until = Math.min(readable[i + 1] as number, end);
    if (from >= end) break;
    // A line end between two pieces (a hard break, the next block) separates words.
    if (last >= 0 && text.slice(last, from).includes('\n')) out += ' ';
    out += text.slice(from, until);
    last = until;
  }
  return decodeMarkdown(out).replace(/\s+/g, ' ').trim();
}

function decodeMarkdown(text: string): string {
  let decoded = text;
  if (decoded.includes('\\')) decoded = decoded.replace(/\\([!-/:-@[-`{-~])/g, '$1');
  if (decoded.includes('&')) {
    decoded = decoded.replace(
      /&(?:amp|lt|gt|quot|nbsp|#39);/g,
      (entity) => ENTITIES[entity] ?? entity,
    );
  }
  return decoded;
}

/** Binary search: the index of the first pair whose end lies after `position`. */
function firstRunEndingAfter(readable: Int32Array, position: number): number {
  let low = 0;
  let high = readable.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((readable[2 * middle + 1] as number) <= position) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}
