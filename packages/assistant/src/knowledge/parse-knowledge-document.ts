import { bytesToUtf8, isDdaiError } from '@ddai/core';
import { assistantError } from '../assistant-error.ts';
import { type Language, pageLanguage } from '../text/language.ts';
import { readFrontMatter } from './front-matter.ts';
import {
  DEFAULT_KNOWLEDGE_LIMITS,
  type KnowledgeDocument,
  type KnowledgeLimits,
  SENTENCE_KIND,
  SENTENCE_STRIDE,
} from './knowledge-document.ts';
import { markdownStructure } from './markdown-structure.ts';
import { plainTextStructure } from './plain-text-structure.ts';
import type { Structure } from './structure-builder.ts';

export type KnowledgeFormat = 'markdown' | 'text';

/** A page to take in. */
export interface KnowledgeSource {
  /** Unique in its set, for instance a path; shown in citations. At most 512 characters. */
  readonly id: string;
  readonly content: string | Uint8Array;
  /** Default `markdown`. */
  readonly format?: KnowledgeFormat;
  /** Overrides the language found in the page. */
  readonly language?: Language;
  /** Overrides the title found in the page. */
  readonly title?: string;
}

/** Why a page that was taken in gives few answers or none. */
export type PageWeakness =
  | 'no-passages'
  | 'only-code'
  | 'very-short'
  | 'no-headings'
  /** Markdown nested so deep that it was read as plain text. */
  | 'read-as-text'
  | 'duplicate';

/** What became of one page. */
export interface PageReport {
  readonly id: string;
  /** Whether answers can come from this page. */
  readonly answerable: boolean;
  readonly weaknesses: readonly PageWeakness[];
  /** Absent for a page that was refused. */
  readonly language?: Language;
  readonly words: number;
  readonly passages: number;
  /** For a duplicate: the page with the same text, which answers instead. */
  readonly sameAs?: string;
  /** For a refused page. */
  readonly error?: { readonly code: string; readonly message: string };
}

const LONGEST_ID = 512;
/** Characters that tell the language of a page. */
const LANGUAGE_SAMPLE = 8_000;
const LONGEST_TITLE = 300;
/** Below this a page can't hold more than a stub; it is taken in and reported. */
const VERY_SHORT_WORDS = 20;

/**
 * Reads one page into passages and sentences with offsets, and says how much it can answer.
 *
 * @example
 * const { document } = parseKnowledgeDocument({ id: 'billing.md', content: '# Billing\n\n…' });
 * @throws {DdaiError} `KNOWLEDGE_EMPTY`, `KNOWLEDGE_ENCODING_INVALID`, `KNOWLEDGE_NOT_TEXT`,
 * `KNOWLEDGE_TOO_LARGE`, `KNOWLEDGE_ID_INVALID`.
 */
export function parseKnowledgeDocument(
  source: KnowledgeSource,
  limits: Partial<KnowledgeLimits> = {},
): { document: KnowledgeDocument; report: PageReport } {
  const { documentBytes, passageWords } = { ...DEFAULT_KNOWLEDGE_LIMITS, ...limits };
  const { id } = source;
  if (id === '' || id.length > LONGEST_ID || /\p{Cc}/u.test(id)) {
    throw assistantError({
      code: 'KNOWLEDGE_ID_INVALID',
      message: `a document id must have 1 to ${LONGEST_ID} printable characters, found ${JSON.stringify(id.slice(0, 80))}`,
    });
  }
  const text = decode(source, documentBytes);
  const isMarkdown = (source.format ?? 'markdown') === 'markdown';
  const frontMatter = isMarkdown ? readFrontMatter(text) : { length: 0, title: undefined };
  const marked = isMarkdown ? markdownStructure(text, frontMatter.length, passageWords) : undefined;
  const structure = marked ?? plainTextStructure(text, passageWords);
  const title = source.title ?? frontMatter.title ?? firstHeading(structure) ?? titleOfId(id);
  const { words: _words, codeWords: _codeWords, ...spans } = structure;
  const language = source.language ?? pageLanguage(seenBy(structure, text));
  const document = { id, title: title.slice(0, LONGEST_TITLE), language, text, ...spans };
  const report = reportOf(id, structure, isMarkdown && marked === undefined);
  return { document, report: { ...report, language } };
}

/** The start of what a reader sees, code left out. */
function seenBy({ sentences }: Structure, text: string): string {
  let seen = '';
  for (let at = 0; at < sentences.length && seen.length < LANGUAGE_SAMPLE; at += SENTENCE_STRIDE) {
    if (sentences[at + 2] === SENTENCE_KIND.code) continue;
    seen += `${text.slice(sentences[at], sentences[at + 1])}\n`;
  }
  return seen;
}

function decode({ id, content }: KnowledgeSource, documentBytes: number): string {
  if (content.length > documentBytes) {
    throw assistantError({
      code: 'KNOWLEDGE_TOO_LARGE',
      message: `${id}: ${content.length} bytes, more than the ${documentBytes} allowed for one document`,
      remedy: 'Split the page, or raise the limit.',
      fields: { id, bytes: content.length, limit: documentBytes },
    });
  }
  const text = typeof content === 'string' ? content : decodeUtf8(id, content);
  if (text.trim() === '') {
    throw assistantError({ code: 'KNOWLEDGE_EMPTY', message: `${id}: no text`, fields: { id } });
  }
  if (!text.isWellFormed()) throw badEncoding(id);
  if (isBinary(text)) {
    throw assistantError({
      code: 'KNOWLEDGE_NOT_TEXT',
      message: `${id}: holds binary data, not text`,
      fields: { id },
    });
  }
  return text;
}

/** A NUL, or more than one control character in a hundred: an image, an archive, a database. */
function isBinary(text: string): boolean {
  let controls = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0) return true;
    // Tab to carriage return are white space.
    if (code < 0x20 && (code < 0x09 || code > 0x0d)) controls++;
  }
  return controls > text.length / 100;
}

function decodeUtf8(id: string, content: Uint8Array): string {
  try {
    return bytesToUtf8(content);
  } catch (cause) {
    if (!isDdaiError(cause, 'UTF8_INVALID')) throw cause;
    throw badEncoding(id, cause);
  }
}

function badEncoding(id: string, cause?: unknown): Error {
  return assistantError({
    code: 'KNOWLEDGE_ENCODING_INVALID',
    message: `${id}: not UTF-8 text`,
    remedy: 'Save the file as UTF-8 and take it in again.',
    fields: { id },
    cause,
  });
}

function firstHeading(structure: Structure): string | undefined {
  const heading = structure.headings[0];
  return heading?.level === 1 ? heading.text : undefined;
}

function titleOfId(id: string): string {
  const name = id.split('/').at(-1) ?? id;
  return (
    name
      .replace(/\.\w{1,5}$/, '')
      .replace(/[-_]+/g, ' ')
      .trim() || id
  );
}

function reportOf(id: string, structure: Structure, fellBack: boolean): PageReport {
  const passages = structure.passages.length / 3;
  const weaknesses: PageWeakness[] = [];
  if (fellBack) weaknesses.push('read-as-text');
  if (passages === 0) weaknesses.push('no-passages');
  else if (structure.codeWords === structure.words) weaknesses.push('only-code');
  if (passages > 0 && structure.words < VERY_SHORT_WORDS) weaknesses.push('very-short');
  if (structure.headings.length === 0) weaknesses.push('no-headings');
  // Code is searched but never given as an answer, so a page of nothing else can't answer.
  const answerable = passages > 0 && structure.codeWords < structure.words;
  return { id, answerable, weaknesses, words: structure.words, passages };
}
