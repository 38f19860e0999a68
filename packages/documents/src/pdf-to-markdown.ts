import { getDocumentProxy } from 'unpdf';
import { documentError } from './document-error.ts';
import { assertWithin } from './document-limits.ts';
import type { MarkdownPage } from './html-to-markdown.ts';
import { joinLines, type PdfPage, type PdfText } from './pdf-lines.ts';
import { linesToMarkdown } from './pdf-markdown.ts';

type PdfDocument = Awaited<ReturnType<typeof getDocumentProxy>>;

/**
 * The text of a PDF (ISO 32000) as Markdown, read by PDF.js without running its scripts. Scanned
 * pages have no text: then the Markdown is empty.
 * @throws {DdaiError} `DOCUMENT_PASSWORD_PROTECTED`, `DOCUMENT_MALFORMED`, `DOCUMENT_TOO_LARGE`
 */
export async function pdfToMarkdown(
  bytes: Uint8Array,
  limits: { readonly id: string; readonly pages: number; readonly characters: number },
): Promise<MarkdownPage> {
  const { id } = limits;
  const document = await open(bytes, id);
  try {
    assertWithin({ id, unit: 'pages', found: document.numPages, limit: limits.pages });
    const pages: PdfPage[] = [];
    let characters = 0;
    for (let number = 1; number <= document.numPages; number++) {
      const page = await readPage(document, number);
      for (const { text } of page.lines) characters += text.length;
      assertWithin({ id, unit: 'characters', found: characters, limit: limits.characters });
      pages.push(page);
    }
    const { info } = await document.getMetadata();
    const { Title: title, Language: language } = info as { Title?: unknown; Language?: unknown };
    return {
      markdown: linesToMarkdown(pages),
      title: typeof title === 'string' && title.trim() !== '' ? title.trim() : undefined,
      language: typeof language === 'string' && language !== '' ? language : undefined,
    };
  } catch (error) {
    throw describe(error, id);
  } finally {
    await document.loadingTask.destroy();
  }
}

async function open(bytes: Uint8Array, id: string): Promise<PdfDocument> {
  try {
    // A copy, because PDF.js takes the buffer away from its owner.
    return await getDocumentProxy(new Uint8Array(bytes), {
      verbosity: 0,
      stopAtErrors: false,
      disableFontFace: true,
      useSystemFonts: false,
    });
  } catch (error) {
    throw describe(error, id);
  }
}

async function readPage(document: PdfDocument, number: number): Promise<PdfPage> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  const pieces: PdfText[] = [];
  for (const item of items) {
    if (!('str' in item)) continue;
    const [, , c = 0, d = 0, x = 0, y = 0] = item.transform as number[];
    pieces.push({ text: item.str, x, y, width: item.width, size: Math.hypot(c, d) });
  }
  const { height } = page.getViewport({ scale: 1 });
  page.cleanup();
  return { lines: joinLines(pieces), height };
}

function describe(error: unknown, id: string): unknown {
  if (!(error instanceof Error)) return error;
  if (error.name === 'PasswordException')
    return documentError({
      code: 'DOCUMENT_PASSWORD_PROTECTED',
      message: `${id}: this PDF opens with a password only`,
      remedy: 'Save it without a password and take it in again.',
      fields: { id },
    });
  if (!/^(InvalidPDF|Format|UnknownErr|MissingPDF|XRef|Parser)/.test(error.name)) return error;
  return documentError({
    code: 'DOCUMENT_MALFORMED',
    message: `${id}: not a readable PDF`,
    remedy: 'Open it in a viewer and save or print it as PDF again.',
    fields: { id },
    cause: error,
  });
}
