import { readableText } from '../knowledge/readable-text.ts';
import type { Citation } from './answer.ts';
import type { AnswerCandidate } from './answer-candidate.ts';
import type { SourceSpan } from './answer-span.ts';

/** The citation of a span of a candidate's document, verbatim. */
export function cite(candidate: AnswerCandidate, { start, end }: SourceSpan): Citation {
  const { document, passage } = candidate;
  return {
    documentId: document.id,
    title: document.title,
    headings: passage.headings,
    start,
    end,
    text: document.text.slice(start, end),
  };
}

/** Neighbouring sentences become one citation, so that a list is cited as it stands. */
export function joinAdjacent(
  { document }: AnswerCandidate,
  spans: readonly SourceSpan[],
): SourceSpan[] {
  const joined: SourceSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    const isNext =
      last !== undefined &&
      span.start >= last.end &&
      readableText(document, last.end, span.start) === '';
    if (isNext) joined[joined.length - 1] = { start: last.start, end: span.end };
    else joined.push(span);
  }
  return joined;
}
