import { type KnowledgeDocument, SENTENCE_KIND } from '../knowledge/knowledge-document.ts';
import { readableText } from '../knowledge/readable-text.ts';
import type { TextAnalyzer } from '../text/text-analyzer.ts';
import { tokenize } from '../text/tokenize.ts';
import type { AnswerCandidate } from './answer-candidate.ts';
import { type SourceSpan, spanAt } from './answer-span.ts';
import type { AskedQuestion } from './score-candidate.ts';

/** Characters of a cell that is still a value and not a text about it. */
const LONGEST_VALUE = 48;
const QUANTITY =
  /(?<![\w.])[$€£]?\d[\d,.]*(?:[–-]\d[\d,.]*)?(?:\s?%|(?:\s|-)?(?:[KMGTP]i?B|bytes?|bits?|[KMG]bps|MiB\/s|MB\/s|IOPS|ms|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|characters?|percent|euros?|dollars?|per\s\w+)\b)?/g;

/**
 * The few words that answer a question for a value: the cell of a row, what follows a label, or a
 * quantity in the sentence. Undefined when the whole sentence says it better.
 */
export function shortAnswer(
  question: AskedQuestion,
  candidate: AnswerCandidate,
  analyze: TextAnalyzer,
): SourceSpan | undefined {
  if (candidate.kind === SENTENCE_KIND.row) return rowCell(question, candidate, analyze);
  if (question.type !== 'value') return undefined;
  const sentence = spanAt(candidate.document, candidate.at);
  return (
    afterLabel(question, candidate, analyze) ?? quantity(question, candidate.document, sentence)
  );
}

/** The cell under the column that the question names, in the row that it names. */
function rowCell(
  question: AskedQuestion,
  candidate: AnswerCandidate,
  analyze: TextAnalyzer,
): SourceSpan | undefined {
  const { document, lead } = candidate;
  const asked = new Map(question.analyzed.terms.map(({ text, idf }) => [text, idf]));
  const cells = cellsOf(document.text, spanAt(document, candidate.at));
  const heads = lead === undefined ? [] : cellsOf(document.text, spanAt(document, lead));
  const weigh = (span: SourceSpan | undefined): number => {
    if (span === undefined) return 0;
    const terms = new Set(analyze(readableText(document, span.start, span.end), document.language));
    let weight = 0;
    for (const term of terms) weight += asked.get(term) ?? 0;
    return weight;
  };
  const label = cells.reduce((best, cell, i) => (weigh(cell) > weigh(cells[best]) ? i : best), 0);
  if (weigh(cells[label]) === 0) return undefined;
  let found: SourceSpan | undefined;
  let best = 0;
  cells.forEach((cell, i) => {
    if (i === label) return;
    const text = readableText(document, cell.start, cell.end);
    const terms = analyze(text, document.language);
    const repeated = terms.filter((term) => asked.has(term)).length;
    // A cell in the question's own words is another label, not the value.
    if (terms.length === 0 || 2 * repeated >= terms.length) return;
    const hasValue = question.type === 'value' && /\d/.test(text) ? 1 : 0;
    const score = weigh(heads[i]) + hasValue;
    if (score > best && (question.type !== 'value' || hasValue === 1)) {
      best = score;
      found = cell;
    }
  });
  if (found === undefined || found.end - found.start <= LONGEST_VALUE) return found;
  return question.type === 'value' ? quantity(question, document, found) : undefined;
}

/** Cells of a pipe row without the space around them. */
function cellsOf(source: string, { start, end }: SourceSpan): SourceSpan[] {
  const cells: SourceSpan[] = [];
  const row = source.slice(start, end).replace(/^\||\|\s*$/g, (bar) => ' '.repeat(bar.length));
  let from = 0;
  for (let i = 0; i <= row.length; i++) {
    if (i < row.length && (row[i] !== '|' || row[i - 1] === '\\')) continue;
    const cell = row.slice(from, i);
    const lead = cell.length - cell.trimStart().length;
    const length = cell.trim().length;
    const at = length === 0 ? start + from : start + from + lead;
    cells.push({ start: at, end: at + length });
    from = i + 1;
  }
  return cells;
}

/** "Datasets per account: 1,500" or "… – 100": the value after a label that the question names. */
function afterLabel(
  question: AskedQuestion,
  candidate: AnswerCandidate,
  analyze: TextAnalyzer,
): SourceSpan | undefined {
  const { document } = candidate;
  const { start, end } = spanAt(document, candidate.at);
  const source = document.text.slice(start, end);
  const separator = /(?::|\s[-–—=])\s+(?=[$€£]?\d)/g;
  const match = [...source.matchAll(separator)].at(-1);
  if (match === undefined) return undefined;
  const labelTerms = new Set(
    analyze(readableText(document, start, start + match.index), document.language),
  );
  const named = question.analyzed.terms.filter(({ text }) => labelTerms.has(text)).length;
  const from = start + match.index + match[0].length;
  const value = /^[^.;|]{1,40}/.exec(document.text.slice(from, end).replace(/\.$/, ''))?.[0].trim();
  return named === 0 || value === undefined || value === ''
    ? undefined
    : { start: from, end: from + value.length };
}

/** The quantity nearest to a word of the question, the later one at equal distance. */
function quantity(
  question: AskedQuestion,
  document: KnowledgeDocument,
  { start, end }: SourceSpan,
): SourceSpan | undefined {
  const source = document.text.slice(start, end);
  const anchors = [...source.matchAll(/[\p{L}\p{N}]+/gu)].filter((word) =>
    tokenize(word[0]).some((token) => token.length > 3 && question.words.has(token)),
  );
  let found: SourceSpan | undefined;
  let nearest = Number.POSITIVE_INFINITY;
  for (const match of source.matchAll(QUANTITY)) {
    const value = match[0].replace(/[.,]+$/, '');
    if (tokenize(value).every((token) => question.words.has(token))) continue;
    const middle = match.index;
    const distance = Math.min(...anchors.map((word) => Math.abs(word.index - middle)));
    if (distance > nearest) continue;
    nearest = distance;
    found = { start: start + match.index, end: start + match.index + value.length };
  }
  return found;
}
