import { documentError } from './document-error.ts';

/** How far into a page the standard looks for its encoding (WHATWG HTML, 13.2.3.2). */
const PRESCAN_BYTES = 1024;
const BYTE_ORDER_MARKS: readonly (readonly [mark: readonly number[], label: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xff, 0xfe], 'utf-16le'],
];

/**
 * Text from bytes: by their byte order mark, by what an HTML page declares, else UTF-8; a page that
 * declares nothing and is no UTF-8 is Windows-1252, as browsers have it.
 * @throws {DdaiError} `DOCUMENT_ENCODING_UNKNOWN`
 */
export function decodeText(
  bytes: Uint8Array,
  { id, isHtml }: { readonly id: string; readonly isHtml: boolean },
): string {
  const marked = BYTE_ORDER_MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))?.[1];
  const declared = marked ?? (isHtml ? declaredEncoding(bytes) : undefined);
  const attempts =
    declared === undefined ? ['utf-8', ...(isHtml ? ['windows-1252'] : [])] : [declared];
  for (const label of attempts) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // Another label, or none: said below.
    }
  }
  throw documentError({
    code: 'DOCUMENT_ENCODING_UNKNOWN',
    message: `${id}: not text in ${attempts.join(' or ')}`,
    remedy: 'Save it as UTF-8 and take it in again.',
    fields: { id, attempts: attempts.join(', ') },
  });
}

function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, PRESCAN_BYTES));
  const label = /<meta[^>]+charset\s*=\s*["']?\s*([\w:-]{2,40})/i.exec(head)?.[1];
  if (label === undefined) return undefined;
  // A page whose declaration can be read as ASCII is no UTF-16 (13.2.3.2, step 13).
  return /^utf-?16/i.test(label) ? 'utf-8' : label;
}
