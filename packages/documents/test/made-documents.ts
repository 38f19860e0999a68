import { once } from 'node:events';
import { strToU8, zipSync } from 'fflate';
import PDFDocument from 'pdfkit';

export interface MadePdf {
  readonly heading: string;
  readonly paragraphs: readonly string[];
  readonly pages?: number;
  readonly password?: string;
}

/** A PDF as an office program prints it: a heading, paragraphs, a running title and page numbers. */
export async function makePdf({
  heading,
  paragraphs,
  pages = 1,
  password,
}: MadePdf): Promise<Uint8Array> {
  const pdf = new PDFDocument({
    info: { Title: 'Made for a test' },
    ...(password === undefined ? {} : { userPassword: password }),
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  for (let page = 1; page <= pages; page++) {
    if (page > 1) pdf.addPage();
    pdf.fontSize(9).text('Quill & Co. – customer handbook', 72, 40);
    pdf.fontSize(9).text(String(page), 300, 740, { lineBreak: false });
    pdf.fontSize(20).text(page === 1 ? heading : `${heading} ${page}`, 72, 90);
    pdf.moveDown();
    for (const paragraph of paragraphs) pdf.fontSize(11).text(paragraph).moveDown();
  }
  pdf.end();
  await once(pdf, 'end');
  return new Uint8Array(Buffer.concat(chunks));
}

const TYPES = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;
const RELATIONS = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`;

/** A DOCX with the given body; `prologue` stands before its root element. */
export function makeDocx(body: string, prologue = ''): Uint8Array {
  const document = `<?xml version="1.0" encoding="UTF-8"?>${prologue}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`;
  return zipSync({
    '[Content_Types].xml': strToU8(TYPES),
    '_rels/.rels': strToU8(RELATIONS),
    'word/document.xml': strToU8(document),
    'word/media/image1.png': new Uint8Array(2000),
  });
}

export function docxParagraph(text: string, style?: string): string {
  const properties = style === undefined ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`;
  return `<w:p>${properties}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;
}
