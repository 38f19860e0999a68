export { type DocumentFormat, detectFormat, formatOfName } from './detect-format.ts';
export type { DocumentErrorCode } from './document-error.ts';
export { DEFAULT_DOCUMENT_LIMITS, type DocumentLimits } from './document-limits.ts';
export { type DocumentFile, type ReadDocument, readDocument } from './read-document.ts';
export {
  type FetchedPage,
  type FetchPageOptions,
  fetchChangedPage,
  fetchPage,
  type PageVersion,
  parseUrl,
} from './web/fetch-page.ts';
export { isPublicAddress } from './web/public-address.ts';
export { readSitemap } from './web/read-sitemap.ts';
