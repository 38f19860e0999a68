import type { Citation } from '../answering/answer.ts';
import type { KnowledgeDocument } from '../knowledge/knowledge-document.ts';
import { readableText } from '../knowledge/readable-text.ts';
import { tokenize } from '../text/tokenize.ts';

/** Words in a row that must stand in a source so that they count as quoted, not as chance. */
const RUN = 3;

/**
 * Share of an answer's words that stand in runs of three or more in its cited slices, in [0, 1]; an
 * answer of fewer words must stand there whole. A citation that is not its slice of the source
 * supports nothing; an empty answer claims nothing and gives 1.
 */
export function groundedShare(
  text: string,
  citations: readonly Citation[],
  documentOf: (id: string) => KnowledgeDocument | undefined,
): number {
  const words = tokenize(text);
  if (words.length === 0) return 1;
  const run = Math.min(RUN, words.length);
  const quoted = new Set(
    citations.flatMap(({ documentId, start, end, text: slice }) => {
      const document = documentOf(documentId);
      if (document === undefined || document.text.slice(start, end) !== slice) return [];
      return runsOf(tokenize(readableText(document, start, end)), run);
    }),
  );
  const grounded = new Set<number>();
  runsOf(words, run).forEach((words_, i) => {
    if (!quoted.has(words_)) return;
    for (let offset = 0; offset < run; offset++) grounded.add(i + offset);
  });
  return grounded.size / words.length;
}

function runsOf(words: readonly string[], run: number): string[] {
  return words.slice(run - 1).map((_, i) => words.slice(i, i + run).join(' '));
}
