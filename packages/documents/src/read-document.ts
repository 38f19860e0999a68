import { decodeText } from './decode-text.ts';
import { type DocumentFormat, detectFormat } from './detect-format.ts';
import { documentError } from './document-error.ts';
import { assertWithin, DEFAULT_DOCUMENT_LIMITS, type DocumentLimits } from './document-limits.ts';
import { docxToMarkdown } from './docx-to-markdown.ts';
import { htmlToMarkdown, type MarkdownPage } from './html-to-markdown.ts';
import { pdfToMarkdown } from './pdf-to-markdown.ts';

/** A file to read. */
export interface DocumentFile {
  /** Its path or address: named in errors, and its ending decides where bytes can't. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A document's text with its structure; citations are slices of `text`. */
export interface ReadDocument {
  /** Markdown, or plain text for a text file. */
  readonly text: string;
  /** What `text` is. */
  readonly format: 'markdown' | 'text';
  /** What the bytes were. */
  readonly source: DocumentFormat;
  readonly title: string | undefined;
  readonly language: string | undefined;
}

/**
 * Reads a file of any supported format. What it is follows from its bytes, not from its name.
 *
 * @example
 * const { text, title } = await readDocument({ id: 'manual.pdf', bytes });
 * @throws {DdaiError} `DOCUMENT_EMPTY`, `DOCUMENT_TOO_LARGE`, `DOCUMENT_FORMAT_UNKNOWN`,
 * `DOCUMENT_MALFORMED`, `DOCUMENT_PASSWORD_PROTECTED`, `DOCUMENT_ENCODING_UNKNOWN`
 */
export async function readDocument(
  { id, bytes }: DocumentFile,
  limits: Partial<DocumentLimits> = {},
): Promise<ReadDocument> {
  const allowed = { ...DEFAULT_DOCUMENT_LIMITS, ...limits };
  assertWithin({ id, unit: 'bytes', found: bytes.length, limit: allowed.bytes });
  if (bytes.length === 0) throw empty(id);
  const source = detectFormat(bytes, id);
  if (source === undefined)
    throw documentError({
      code: 'DOCUMENT_FORMAT_UNKNOWN',
      message: `${id}: neither text nor HTML, PDF or DOCX`,
      remedy: 'Save it as one of these.',
      fields: { id },
    });
  const page = await toPage({ id, bytes }, source, allowed);
  const { markdown: text } = page;
  assertWithin({ id, unit: 'characters', found: text.length, limit: allowed.characters });
  if (text.trim() === '') throw empty(id);
  const { title, language } = page;
  return { text, format: source === 'text' ? 'text' : 'markdown', source, title, language };
}

async function toPage(
  { id, bytes }: DocumentFile,
  source: DocumentFormat,
  limits: DocumentLimits,
): Promise<MarkdownPage> {
  switch (source) {
    case 'pdf':
      return pdfToMarkdown(bytes, { id, ...limits });
    case 'docx':
      return docxToMarkdown(bytes, { id, ...limits });
    case 'html':
      return htmlToMarkdown(decodeText(bytes, { id, isHtml: true }), id);
    case 'markdown':
    case 'text':
      return {
        markdown: decodeText(bytes, { id, isHtml: false }),
        title: undefined,
        language: undefined,
      };
  }
}

function empty(id: string): Error {
  return documentError({
    code: 'DOCUMENT_EMPTY',
    message: `${id}: no text in it`,
    remedy: 'A scanned document needs text recognition (OCR) first; other files are empty.',
    fields: { id },
  });
}
