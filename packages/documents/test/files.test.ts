import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../src/index.ts';
import { docxParagraph, makeDocx, makePdf } from './made-documents.ts';

const REFUND =
  'A refund is paid to the card that the order was paid with. It takes five working days, and ten for cards issued outside of the European Union.';
const OTHER = 'Whoever paid by invoice names an account in the form for refunds first.';

describe('a PDF', () => {
  it('becomes headings and paragraphs, without running titles and page numbers', async () => {
    const bytes = await makePdf({ heading: 'Refunds', paragraphs: [REFUND, OTHER], pages: 4 });
    const { text, title, source } = await readDocument({ id: 'manual.pdf', bytes });
    expect({ title, source }).toEqual({ title: 'Made for a test', source: 'pdf' });
    const [heading, first, second] = text.split('\n\n');
    expect(heading).toBe('# Refunds');
    expect(first?.replaceAll('\n', ' ')).toBe(REFUND);
    expect(second?.replaceAll('\n', ' ')).toBe(OTHER);
    expect(text).not.toMatch(/handbook|^\d$/m);
  });

  it('with a password is refused by that name', async () => {
    const bytes = await makePdf({ heading: 'Secret', paragraphs: [OTHER], password: 'open' });
    await expect(readDocument({ id: 'a.pdf', bytes })).rejects.toMatchObject({
      code: 'DOCUMENT_PASSWORD_PROTECTED',
      remedy: expect.stringMatching(/without a password/),
    });
  });

  it('without text, as scanners make them, is empty', async () => {
    const bytes = await makePdf({ heading: ' ', paragraphs: [], pages: 0 });
    await expect(readDocument({ id: 'scan.pdf', bytes })).rejects.toMatchObject({
      code: 'DOCUMENT_EMPTY',
    });
  });

  it('cut short or of too many pages is refused', async () => {
    const bytes = await makePdf({ heading: 'Refunds', paragraphs: [REFUND], pages: 3 });
    await expect(readDocument({ id: 'a.pdf', bytes }, { pages: 2 })).rejects.toMatchObject({
      code: 'DOCUMENT_TOO_LARGE',
      message: 'a.pdf: 3 pages, more than the 2 allowed for one document',
    });
    await expect(
      readDocument({ id: 'a.pdf', bytes: Buffer.from('%PDF-1.7\nnothing more') }),
    ).rejects.toMatchObject({ code: 'DOCUMENT_MALFORMED' });
  });
});

describe('a DOCX', () => {
  it('becomes headings and paragraphs', async () => {
    const bytes = makeDocx(docxParagraph('Refunds', 'Heading1') + docxParagraph(REFUND));
    const { text, source } = await readDocument({ id: 'manual.docx', bytes });
    expect(source).toBe('docx');
    expect(text).toBe(`# Refunds\n\n${REFUND}\n`);
  });

  it('that unpacks to more than the limit is refused before it is unpacked', async () => {
    const bytes = makeDocx(docxParagraph('0'.repeat(3_000_000)));
    expect(bytes.length).toBeLessThan(20_000);
    await expect(
      readDocument({ id: 'bomb.docx', bytes }, { unpackedBytes: 1_000_000 }),
    ).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
  });

  it('that claims to be smaller than it is never unpacks beyond its claim', async () => {
    const bytes = makeDocx(docxParagraph('0'.repeat(3_000_000)));
    const lying = forgeSizes(bytes, 500);
    await expect(
      readDocument({ id: 'lie.docx', bytes: lying }, { unpackedBytes: 1_000_000 }),
    ).rejects.toMatchObject({ code: 'DOCUMENT_MALFORMED' });
  });

  it('with entities that would expand is refused', async () => {
    const entities = '<!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
    const bytes = makeDocx(docxParagraph('&b;'), entities);
    await expect(readDocument({ id: 'laughs.docx', bytes })).rejects.toMatchObject({
      code: 'DOCUMENT_MALFORMED',
      message: expect.stringMatching(/has a document type/),
    });
  });

  it('that is another archive, or damaged, is refused', async () => {
    const archive = zipSync({ 'readme.txt': strToU8('hello') });
    await expect(readDocument({ id: 'a.docx', bytes: archive })).rejects.toMatchObject({
      code: 'DOCUMENT_MALFORMED',
    });
    const damaged = makeDocx(docxParagraph(REFUND)).slice(0, 300);
    await expect(readDocument({ id: 'a.docx', bytes: damaged })).rejects.toMatchObject({
      code: 'DOCUMENT_MALFORMED',
    });
  });
});

describe('any file', () => {
  it.each([
    ['no byte', new Uint8Array(), 'DOCUMENT_EMPTY'],
    ['white space', Buffer.from(' \n\t '), 'DOCUMENT_EMPTY'],
    ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 1]), 'DOCUMENT_FORMAT_UNKNOWN'],
    ['a text in no known encoding', Buffer.from([0x61, 0xff, 0x62]), 'DOCUMENT_ENCODING_UNKNOWN'],
  ])('of %s is refused', async (_what, bytes, code) => {
    await expect(readDocument({ id: 'file.txt', bytes })).rejects.toMatchObject({ code });
  });

  it('larger than the limit is refused without being read', async () => {
    const bytes = new Uint8Array(2000);
    await expect(readDocument({ id: 'a', bytes }, { bytes: 1999 })).rejects.toMatchObject({
      code: 'DOCUMENT_TOO_LARGE',
    });
  });

  it('is what its bytes say, whatever its name says', async () => {
    const pdf = await makePdf({ heading: 'Refunds', paragraphs: [REFUND] });
    expect((await readDocument({ id: 'page.html', bytes: pdf })).source).toBe('pdf');
    const html = Buffer.from('<!doctype html><p>Hello there.');
    expect((await readDocument({ id: 'page.txt', bytes: html })).source).toBe('html');
    const text = Buffer.from('Not a PDF at all.');
    await expect(readDocument({ id: 'page.pdf', bytes: text })).rejects.toMatchObject({
      code: 'DOCUMENT_FORMAT_UNKNOWN',
    });
  });
});

/** Writes `size` as the unpacked size of every entry, in both places where a ZIP says it. */
function forgeSizes(bytes: Uint8Array, size: number): Uint8Array {
  const forged = Buffer.from(bytes);
  for (let at = 0; at < forged.length - 4; at++) {
    const signature = forged.readUInt32LE(at);
    if (signature === 0x04034b50) forged.writeUInt32LE(size, at + 22);
    if (signature === 0x02014b50) forged.writeUInt32LE(size, at + 24);
  }
  return forged;
}
