import { DdaiError, type DdaiErrorOptions } from '@ddai/core';

/** Every code this package throws on purpose; each names a page under `docs/errors/`. */
export type DocumentErrorCode =
  | 'ADDRESS_NOT_PUBLIC'
  | 'DOCUMENT_EMPTY'
  | 'DOCUMENT_ENCODING_UNKNOWN'
  | 'DOCUMENT_FORMAT_UNKNOWN'
  | 'DOCUMENT_MALFORMED'
  | 'DOCUMENT_PASSWORD_PROTECTED'
  | 'DOCUMENT_TOO_LARGE'
  | 'PAGE_UNREACHABLE'
  | 'REDIRECTS_TOO_MANY'
  | 'SITEMAP_MALFORMED'
  | 'URL_INVALID';

/** A {@link DdaiError} whose code is one of this package's. */
export function documentError(
  options: DdaiErrorOptions<DocumentErrorCode>,
): DdaiError<DocumentErrorCode> {
  return new DdaiError(options);
}
