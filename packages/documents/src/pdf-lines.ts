/** A piece of text as PDF.js gives it: in points, from the lower left corner. */
export interface PdfText {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Height of the font. */
  readonly size: number;
}

/** Text on one base line. */
export interface PdfLine {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

export interface PdfPage {
  readonly lines: readonly PdfLine[];
  /** In points. */
  readonly height: number;
}

/** Running titles and page numbers stand within this share of the page's height from its edges. */
const MARGIN = 0.1;
/** Pieces whose base lines differ by less than this share of their size stand on one line. */
const SAME_LINE = 0.4;
/** A gap wider than this share of the size separates words that no space separates. */
const WORD_GAP = 0.18;

/** Joins pieces into lines, in the order in which the file draws them. */
export function joinLines(pieces: readonly PdfText[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let end = 0;
  for (const piece of pieces) {
    const text = piece.text.replace(/\s+/g, ' ');
    if (text === '') continue;
    const line = lines.at(-1);
    const size = Math.max(piece.size, 1);
    const isSameLine =
      line !== undefined && Math.abs(line.y - piece.y) < SAME_LINE * size && piece.x >= end - size;
    if (!isSameLine) {
      if (text !== ' ') lines.push({ text, x: piece.x, y: piece.y, size });
    } else {
      const needsSpace =
        piece.x - end > WORD_GAP * size && !line.text.endsWith(' ') && !text.startsWith(' ');
      lines[lines.length - 1] = {
        ...line,
        text: line.text + (needsSpace ? ' ' : '') + text,
        size: Math.max(line.size, piece.text.trim() === '' ? 0 : size),
      };
    }
    end = piece.x + piece.width;
  }
  return lines
    .map((line) => ({ ...line, text: line.text.trim() }))
    .filter(({ text }) => text !== '');
}

/** Sizes differ by rounding; half points are told apart. */
function roundedSize(size: number): number {
  return Math.round(2 * size) / 2;
}

/** The size that most characters have. */
export function bodySize(lines: readonly PdfLine[]): number {
  const characters = new Map<number, number>();
  for (const { size, text } of lines) {
    const rounded = roundedSize(size);
    characters.set(rounded, (characters.get(rounded) ?? 0) + text.length);
  }
  let body = 0;
  let most = 0;
  for (const [size, count] of characters) {
    if (count > most) [body, most] = [size, count];
  }
  return body;
}

/** Lines in the margins that come back on most pages: running titles, page numbers. */
export function repeatedEdges(pages: readonly PdfPage[]): ReadonlySet<string> {
  const seen = new Map<string, number>();
  for (const page of pages) {
    const keys = page.lines.filter((line) => isInMargin(page, line)).map(edgeKey);
    for (const key of new Set(keys)) seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const most = Math.max(2, pages.length / 2);
  return new Set([...seen].filter(([, count]) => count >= most).map(([key]) => key));
}

export function isInMargin({ height }: PdfPage, { y }: PdfLine): boolean {
  return y < MARGIN * height || y > (1 - MARGIN) * height;
}

/** Numbers of pages differ, the rest of such a line does not. */
export function edgeKey({ text }: PdfLine): string {
  return text.replace(/\d+/g, '#').toLowerCase();
}
