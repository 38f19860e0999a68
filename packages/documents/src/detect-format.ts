/** What a document's bytes are. */
export type DocumentFormat = 'markdown' | 'text' | 'html' | 'pdf' | 'docx';

const HTML_START = /^\s*(?:<!--[\s\S]{0,4000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i;
const SNIFFED_BYTES = 8192;
const EXTENSIONS: Readonly<Record<string, DocumentFormat>> = {
  md: 'markdown',
  markdown: 'markdown',
  txt: 'text',
  text: 'text',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  pdf: 'pdf',
  docx: 'docx',
};

/**
 * The format by the first bytes, whatever the name or the server says; by the name where bytes can't
 * tell. Undefined for binary files of other kinds.
 */
export function detectFormat(bytes: Uint8Array, name: string): DocumentFormat | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, SNIFFED_BYTES));
  // Viewers accept a PDF's header within the first kilobyte.
  if (head.slice(0, 1024).includes('%PDF-')) return 'pdf';
  if (head.startsWith('PK\u0003\u0004')) return 'docx';
  const isUtf16 = /^(?:\u00ff\u00fe|\u00fe\u00ff)/.test(head);
  if (!isUtf16 && head.includes('\0')) return undefined;
  if (HTML_START.test(head.replace(/^\u00ef\u00bb\u00bf/, ''))) return 'html';
  const byName = formatOfName(name);
  return byName === 'pdf' || byName === 'docx' ? undefined : (byName ?? 'text');
}

/** The format that a file's name promises. */
export function formatOfName(name: string): DocumentFormat | undefined {
  const extension = /\.([A-Za-z]{2,8})$/.exec(name)?.[1]?.toLowerCase();
  return extension === undefined ? undefined : EXTENSIONS[extension];
}
