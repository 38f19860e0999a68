import { splitSentences } from '../text/split-sentences.ts';
import { type Heading, SENTENCE_KIND, type SentenceKind } from './knowledge-document.ts';

/** A readable piece of a block: [start, end) in the source. */
export interface Run {
  readonly start: number;
  readonly end: number;
}
/** An inline element with markup of its own (a link, bold text): its outer and readable extent. */
export interface Inline {
  readonly outer: Run;
  readonly inner: Run;
}

export interface Structure {
  readonly headings: readonly Heading[];
  readonly passages: Int32Array;
  readonly sentences: Int32Array;
  readonly readable: Int32Array;
  readonly words: number;
  readonly codeWords: number;
}

export interface StructureBuilder {
  addHeading(level: number, text: string, outer: Run): void;
  /** Adds one block's readable runs in source order. */
  addBlock(kind: SentenceKind, runs: readonly Run[], inlines: readonly Inline[]): void;
  finish(): Structure;
}

/** A unit longer than this many characters is split at white space: one line of minified data. */
const LONGEST_SENTENCE = 1_200;

/** A longer heading is a paragraph in the wrong place; its text is cut in breadcrumbs. */
const LONGEST_HEADING = 300;

/** Collects blocks in source order into passages of about `passageWords` words. */
export function createStructureBuilder(source: string, passageWords: number): StructureBuilder {
  const headings: Heading[] = [];
  const passages: number[] = [];
  const sentences: number[] = [];
  const readable: number[] = [];
  let words = 0;
  let codeWords = 0;
  let openHeading = -1;
  let passageStart = -1;
  let passageEnd = -1;
  let passageFill = 0;

  const closePassage = (): void => {
    if (passageStart >= 0) passages.push(passageStart, passageEnd, openHeading);
    passageStart = -1;
    passageFill = 0;
  };
  const addSentence = (start: number, end: number, kind: SentenceKind, count: number): void => {
    // Break before the sentence that would overfill, unless the passage is still short.
    if (passageFill + count > passageWords && passageFill >= passageWords / 2) closePassage();
    if (passageStart < 0) passageStart = start;
    passageEnd = end;
    passageFill += count;
    words += count;
    if (kind === SENTENCE_KIND.code) codeWords += count;
    sentences.push(start, end, kind);
  };

  return {
    addHeading(level, text, outer) {
      closePassage();
      let parent = openHeading;
      while (parent >= 0 && (headings[parent] as Heading).level >= level) {
        parent = (headings[parent] as Heading).parent;
      }
      headings.push({
        level,
        text: text.slice(0, LONGEST_HEADING),
        start: outer.start,
        end: outer.end,
        parent,
      });
      openHeading = headings.length - 1;
    },
    addBlock(kind, runs, inlines) {
      const { plain, offsets } = joinRuns(source, runs);
      if (plain.trim() === '') return;
      for (const run of runs) readable.push(run.start, run.end);
      for (const [from, until] of splitUnits(plain, kind)) {
        let start = offsets[from] as number;
        let end = (offsets[until - 1] as number) + 1;
        // A sentence that starts or ends with a whole link or bold part takes its markup along,
        // so that the verbatim citation is well-formed.
        for (const { outer, inner } of inlines) {
          if (inner.start === start && inner.end <= end) start = outer.start;
          if (inner.end === end && inner.start >= start) end = outer.end;
        }
        addSentence(start, end, kind, countWords(plain.slice(from, until)));
      }
    },
    finish() {
      closePassage();
      return {
        headings,
        passages: Int32Array.from(passages),
        sentences: Int32Array.from(sentences),
        readable: Int32Array.from(readable),
        words,
        codeWords,
      };
    },
  };
}

/** The block as a reader sees it, and for each of its characters the offset in the source. */
function joinRuns(source: string, runs: readonly Run[]): { plain: string; offsets: Int32Array } {
  let plain = '';
  let total = 0;
  for (const run of runs) total += run.end - run.start + 1;
  const offsets = new Int32Array(total);
  let last = -1;
  for (const run of runs) {
    if (last >= 0 && source.slice(last, run.start).includes('\n')) {
      offsets[plain.length] = run.start - 1;
      plain += '\n';
    }
    for (let i = run.start; i < run.end; i++) offsets[plain.length + i - run.start] = i;
    plain += source.slice(run.start, run.end);
    last = run.end;
  }
  return { plain, offsets };
}

/** Sentences of text and items; lines of tables and code; nothing longer than the limit. */
function splitUnits(plain: string, kind: SentenceKind): [number, number][] {
  const units: [number, number][] = [];
  const byLine = kind === SENTENCE_KIND.row || kind === SENTENCE_KIND.code;
  const spans = byLine ? splitLines(plain) : splitSentences(plain);
  for (const [start, end] of spans) {
    let from = start;
    while (end - from > LONGEST_SENTENCE) {
      const space = plain.lastIndexOf(' ', from + LONGEST_SENTENCE);
      const cut = space > from ? space : wholeCharacters(plain, from + LONGEST_SENTENCE);
      units.push([from, cut]);
      from = cut;
      while (from < end && /\s/.test(plain[from] as string)) from++;
    }
    if (end > from) units.push([from, end]);
  }
  return units;
}

/** Steps back from the middle of a surrogate pair. */
function wholeCharacters(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}

function splitLines(plain: string): [number, number][] {
  const spans: [number, number][] = [];
  for (const match of plain.matchAll(/\S[^\n]*/g)) {
    const line = match[0].trimEnd();
    // The rule between a table's head and body says nothing.
    if (!/^[|:\-\s]+$/.test(line)) spans.push([match.index, match.index + line.length]);
  }
  return spans;
}

function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}
