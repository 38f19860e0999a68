import type { Citation } from '../answering/answer.ts';
import {
  type KnowledgeDocument,
  SENTENCE_KIND,
  SENTENCE_STRIDE,
} from '../knowledge/knowledge-document.ts';
import { readableText } from '../knowledge/readable-text.ts';
import { type KnowledgeIndex, passageAt } from '../retrieval/knowledge-index.ts';
import type { DocumentHit } from '../retrieval/retriever.ts';
import type { Language } from '../text/language.ts';
import { isInstructionLike } from './instruction-like.ts';

/** A passage that a model may write from; `[number]` cites it. */
export interface WritingPassage {
  /** From 1, in the order given to the model. */
  readonly number: number;
  readonly citation: Citation;
  readonly language: Language;
  /** What a reader sees, sentence by sentence; an item or row follows the line that introduces it. */
  readonly sentences: readonly string[];
}

/** More would cost time and dilute what is relevant. */
const MOST_PASSAGES = 6;

/**
 * The best passages of an answer's hits. One that seems to give a model orders is left out whole:
 * it neither reaches a model nor supports what one writes.
 */
export function writingPassages(
  index: KnowledgeIndex,
  hits: readonly DocumentHit[],
): WritingPassage[] {
  const found = hits.flatMap(({ passages }) => passages);
  return found
    .sort((a, b) => b.score - a.score)
    .map(({ passage }) => passageAt(index, passage))
    .map((place) => ({ ...place, sentences: readSentences(place) }))
    .filter(({ sentences, document, start, end }) => {
      const source = document.text.slice(start, end);
      return (
        sentences.length > 0 &&
        !isInstructionLike(source) &&
        !isInstructionLike(sentences.join(' '))
      );
    })
    .slice(0, MOST_PASSAGES)
    .map(({ document, headings, start, end, sentences }, i) => ({
      number: i + 1,
      language: document.language,
      sentences,
      citation: {
        documentId: document.id,
        title: document.title,
        headings,
        start,
        end,
        text: document.text.slice(start, end),
      },
    }));
}

function readSentences({
  document,
  start,
  end,
}: {
  readonly document: KnowledgeDocument;
  readonly start: number;
  readonly end: number;
}): string[] {
  const read: string[] = [];
  const { sentences } = document;
  let lead = '';
  let wasFollower = false;
  for (let at = 0; at < sentences.length; at += SENTENCE_STRIDE) {
    const from = sentences[at] as number;
    const kind = sentences[at + 2];
    if (from < start || from >= end || kind === SENTENCE_KIND.code) continue;
    const text = readableText(document, from, sentences[at + 1] as number);
    const isFollower = kind === SENTENCE_KIND.item || kind === SENTENCE_KIND.row;
    if (!isFollower) lead = text.endsWith(':') ? text : '';
    // The first row of a table names its columns.
    else if (kind === SENTENCE_KIND.row && !wasFollower) lead = text;
    read.push(isFollower && lead !== '' && lead !== text ? `${lead} ${text}` : text);
    wasFollower = isFollower;
  }
  return read;
}
