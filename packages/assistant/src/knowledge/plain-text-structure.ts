import { SENTENCE_KIND } from './knowledge-document.ts';
import { createStructureBuilder, type Structure } from './structure-builder.ts';

/** Paragraphs (between blank lines) of plain text; there are no headings and no markup. */
export function plainTextStructure(source: string, passageWords: number): Structure {
  const builder = createStructureBuilder(source, passageWords);
  for (const match of source.matchAll(/\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*/g)) {
    const end = match.index + match[0].length;
    builder.addBlock(SENTENCE_KIND.prose, [{ start: match.index, end }], []);
  }
  return builder.finish();
}
