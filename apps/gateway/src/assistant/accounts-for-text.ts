import type { ComplexQueryResult, KnowledgeIndex } from '@ddai/assistant';

/**
 * Whether a node's citations are quoted from the pages that they name, and have every word of its
 * text. Not whether the answer is right: only that deleting those pages deletes all that it says.
 */
export function accountsForText(
  { text, citations }: Pick<ComplexQueryResult, 'text' | 'citations'>,
  index: KnowledgeIndex,
): boolean {
  const areTrue = citations.every(({ documentId, title, headings, start, end, text: quote }) => {
    const document = index.documents.find(({ id }) => id === documentId);
    if (document?.title !== title || document.text.slice(start, end) !== quote) return false;
    const page = new Set(wordsOf(document.text));
    return headings.every((heading) => wordsOf(heading).every((word) => page.has(word)));
  });
  const quoted = new Set(citations.flatMap((citation) => wordsOf(citation.text)));
  return areTrue && wordsOf(text).every((word) => quoted.has(word));
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
