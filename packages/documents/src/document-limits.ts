import { documentError } from './document-error.ts';

/** Limits on a file and on what comes out of it; a document beyond them is refused, never cut. */
export interface DocumentLimits {
  /** Bytes of the file. Default 33,554,432. */
  readonly bytes: number;
  /** Bytes that a compressed file unpacks to. Default 134,217,728. */
  readonly unpackedBytes: number;
  /** Pages of a PDF. Default 3,000. */
  readonly pages: number;
  /** UTF-16 code units of the resulting Markdown. Default 8,388,608. */
  readonly characters: number;
}

export const DEFAULT_DOCUMENT_LIMITS: DocumentLimits = {
  bytes: 32 * 2 ** 20,
  unpackedBytes: 128 * 2 ** 20,
  pages: 3000,
  characters: 8 * 2 ** 20,
};

/** @throws {DdaiError} `DOCUMENT_TOO_LARGE` */
export function assertWithin(options: {
  readonly id: string;
  /** What is counted, in the plural: `bytes`. */
  readonly unit: string;
  readonly found: number;
  readonly limit: number;
}): void {
  const { id, unit, found, limit } = options;
  if (found <= limit) return;
  throw documentError({
    code: 'DOCUMENT_TOO_LARGE',
    message: `${id}: ${found} ${unit}, more than the ${limit} allowed for one document`,
    remedy: 'Split the document, or raise the limit.',
    fields: { id, unit, found, limit },
  });
}
