import { isDdaiError } from '@ddai/core';
import { unzipSync, zipSync } from 'fflate';
import mammoth from 'mammoth';
import { documentError } from './document-error.ts';
import { assertWithin } from './document-limits.ts';
import { htmlToMarkdown, type MarkdownPage } from './html-to-markdown.ts';

/** The parts of a DOCX that hold text and its structure: no media, no macros, no embedded files. */
const TEXT_PARTS =
  /^(?:\[Content_Types\]\.xml|_rels\/\.rels|word\/(?:_rels\/)?(?:document|styles|numbering|footnotes|endnotes)\.xml(?:\.rels)?)$/;

/**
 * A Word document (ECMA-376) as Markdown. Only its text parts are unpacked, to at most
 * `unpackedBytes`; a part with a document type, which the format forbids, is refused, so that no
 * entity can expand.
 * @throws {DdaiError} `DOCUMENT_MALFORMED`, `DOCUMENT_TOO_LARGE`
 */
export async function docxToMarkdown(
  bytes: Uint8Array,
  { id, unpackedBytes }: { readonly id: string; readonly unpackedBytes: number },
): Promise<MarkdownPage> {
  const parts = unpackText(bytes, id, unpackedBytes);
  if (parts['word/document.xml'] === undefined) throw malformed(id, 'it has no word/document.xml');
  for (const [name, part] of Object.entries(parts)) {
    if (Buffer.from(part).includes('<!DOCTYPE')) throw malformed(id, `${name} has a document type`);
  }
  try {
    const { value } = await mammoth.convertToHtml(
      { buffer: Buffer.from(zipSync(parts, { level: 0 })) },
      { convertImage: mammoth.images.imgElement(async () => ({ src: '' })) },
    );
    return htmlToMarkdown(value, id);
  } catch (cause) {
    throw malformed(id, 'its text could not be read', cause);
  }
}

function unpackText(
  bytes: Uint8Array,
  id: string,
  unpackedBytes: number,
): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (!TEXT_PARTS.test(name)) return false;
        // What unpacks to more than it claims is cut at its claim, which then does not parse.
        total += originalSize;
        assertWithin({ id, unit: 'unpacked bytes', found: total, limit: unpackedBytes });
        return true;
      },
    });
  } catch (cause) {
    if (isDdaiError(cause)) throw cause;
    throw malformed(id, 'the archive is damaged', cause);
  }
}

function malformed(id: string, why: string, cause?: unknown): Error {
  return documentError({
    code: 'DOCUMENT_MALFORMED',
    message: `${id}: not a readable Word document: ${why}`,
    remedy: 'Open it in a word processor and save it as DOCX again.',
    fields: { id },
    cause,
  });
}
