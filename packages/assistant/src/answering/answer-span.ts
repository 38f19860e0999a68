import {
  type KnowledgeDocument,
  SENTENCE_KIND,
  SENTENCE_STRIDE,
} from '../knowledge/knowledge-document.ts';
import { readableText } from '../knowledge/readable-text.ts';
import { isInstructionLike } from '../writing/instruction-like.ts';
import type { AnswerCandidate } from './answer-candidate.ts';
import type { QuestionType } from './question-type.ts';

/** A stretch of a document's source, in UTF-16 code units. */
export interface SourceSpan {
  readonly start: number;
  readonly end: number;
}

/** Items given after their introduction; a longer list is cut and the source cited. */
const MOST_ITEMS = 10;
/** Sentences that follow the best one when steps are asked for. */
const MORE_SENTENCES = 2;

/**
 * The sentences that together make the answer readable: an item with the sentence that introduces
 * it, an introduction with its items, steps with the ones after them.
 */
export function answerSpans(candidate: AnswerCandidate, type: QuestionType): SourceSpan[] {
  const { document } = candidate;
  return fittingSpans(candidate, type).filter(
    ({ start, end }) => !isInstructionLike(readableText(document, start, end)),
  );
}

function fittingSpans(candidate: AnswerCandidate, type: QuestionType): SourceSpan[] {
  const { document, at, kind, lead } = candidate;
  if (kind === SENTENCE_KIND.prose && candidate.text.endsWith(':')) {
    return [spanAt(document, at), ...itemsFrom(candidate, at + SENTENCE_STRIDE)];
  }
  if (kind === SENTENCE_KIND.item && lead !== undefined) {
    const wantsAll = type === 'list' || type === 'procedure';
    const items = wantsAll ? itemsFrom(candidate, lead + SENTENCE_STRIDE) : [];
    const shown = items.some((item) => item.start === document.sentences[at]);
    return [spanAt(document, lead), ...(shown ? items : [spanAt(document, at)])];
  }
  if (kind === SENTENCE_KIND.prose && type === 'procedure') {
    return [spanAt(document, at), ...sentencesAfter(candidate)];
  }
  return [spanAt(document, at)];
}

export function spanAt(document: KnowledgeDocument, at: number): SourceSpan {
  return {
    start: document.sentences[at] as number,
    end: document.sentences[at + 1] as number,
  };
}

/** The text of a span as a reader sees it; cells of a row are kept apart by a bar. */
export function readableSpan(document: KnowledgeDocument, { start, end }: SourceSpan): string {
  return readableText(document, start, end).replace(/^\|\s*|\s*\|$/g, '');
}

function itemsFrom(candidate: AnswerCandidate, from: number): SourceSpan[] {
  const { document } = candidate;
  const items: SourceSpan[] = [];
  for (let at = from; at < document.sentences.length; at += SENTENCE_STRIDE) {
    if (document.sentences[at + 2] !== SENTENCE_KIND.item || items.length === MOST_ITEMS) break;
    items.push(spanAt(document, at));
  }
  return items;
}

function sentencesAfter({ document, at, passage }: AnswerCandidate): SourceSpan[] {
  const spans: SourceSpan[] = [];
  for (let next = at + SENTENCE_STRIDE; spans.length < MORE_SENTENCES; next += SENTENCE_STRIDE) {
    const isRead = (document.sentences[next] ?? passage.end) < passage.end;
    if (!isRead || document.sentences[next + 2] !== SENTENCE_KIND.prose) break;
    spans.push(spanAt(document, next));
  }
  return spans;
}
