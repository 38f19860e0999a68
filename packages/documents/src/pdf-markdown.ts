import {
  bodySize,
  edgeKey,
  isInMargin,
  type PdfLine,
  type PdfPage,
  repeatedEdges,
} from './pdf-lines.ts';

/** A line this much larger than the body is a heading, if it is short. */
const HEADING_RATIO = 1.15;
const LONGEST_HEADING = 160;
const HEADING_LEVELS = 4;
/** A step down of more than this many sizes begins a paragraph. */
const PARAGRAPH_GAP = 1.6;
const BULLET = /^[•‣▪●○◦–*-]\s+/;

/**
 * The lines of all pages as Markdown. A PDF has no structure but where text stands: larger letters are
 * headings (the largest of level 1), a wider gap begins a paragraph, words divided at the end of a
 * line are joined, and what is repeated in the margins is left out.
 */
export function linesToMarkdown(pages: readonly PdfPage[]): string {
  const all = pages.flatMap(({ lines }) => lines);
  const body = bodySize(all);
  const levelOf = headingLevels(all, body);
  const repeated = repeatedEdges(pages);
  const blocks: string[] = [];
  let open = '';
  const close = (): void => {
    if (open !== '') blocks.push(open);
    open = '';
  };
  for (const page of pages) {
    let previous: PdfLine | undefined;
    for (const line of page.lines) {
      const isEdge = isInMargin(page, line);
      if (isEdge && (repeated.has(edgeKey(line)) || /^\d{1,4}$/.test(line.text))) continue;
      const level = levelOf(line);
      if (level > 0) {
        close();
        blocks.push(`${'#'.repeat(level)} ${escapeMarkdown(line.text)}`);
      } else {
        const item = BULLET.test(line.text);
        if (item || beginsParagraph(previous, line)) close();
        const text = escapeMarkdown(line.text.replace(BULLET, ''));
        open = joinText(open, item ? `- ${text}` : text);
      }
      previous = level > 0 ? undefined : line;
    }
  }
  close();
  return blocks.join('\n\n');
}

function headingLevels(lines: readonly PdfLine[], body: number): (line: PdfLine) => number {
  const isHeading = ({ size, text }: PdfLine): boolean =>
    size >= HEADING_RATIO * body && text.length <= LONGEST_HEADING && /\p{L}/u.test(text);
  const sizes = [...new Set(lines.filter(isHeading).map(({ size }) => Math.round(size)))];
  sizes.sort((a, b) => b - a);
  return (line) =>
    isHeading(line) ? Math.min(sizes.indexOf(Math.round(line.size)) + 1, HEADING_LEVELS) : 0;
}

/** Across a page break a sentence that has not ended goes on. */
function beginsParagraph(previous: PdfLine | undefined, line: PdfLine): boolean {
  if (previous === undefined) return /^[\p{Lu}\p{N}]/u.test(line.text);
  const gap = previous.y - line.y;
  return gap > PARAGRAPH_GAP * line.size || gap < 0;
}

function joinText(before: string, text: string): string {
  if (before === '') return text;
  if (/\p{Ll}-$/u.test(before) && /^\p{Ll}/u.test(text)) return before.slice(0, -1) + text;
  return `${before}\n${text}`;
}

function escapeMarkdown(text: string): string {
  return text.replace(/([\\`*_[\]<>#])/g, '\\$1');
}
