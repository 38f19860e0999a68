import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ingestKnowledge } from '../src/knowledge/ingest-knowledge.ts';
import { headingBreadcrumb } from '../src/knowledge/knowledge-document.ts';
import { parseKnowledgeDocument } from '../src/knowledge/parse-knowledge-document.ts';
import { readableText } from '../src/knowledge/readable-text.ts';
import { harborDocuments } from './harbor-knowledge.ts';

const parse = (content: string | Uint8Array) => parseKnowledgeDocument({ id: 'page.md', content });

/** Whether the characters of `part` appear in `whole` in order. */
function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const character of part) {
    at = whole.indexOf(character, at);
    if (at < 0) return false;
    at += character.length;
  }
  return true;
}

describe('taking in Markdown', () => {
  test('takes the title from front matter, and leaves the rest of it out', () => {
    const { document } = parse('---\ntitle: "Fees & charges"\ndraft: no\n---\n\nNo fee is due.\n');
    expect(document.title).toBe('Fees & charges');
    expect(document.text.slice(document.passages[0], document.passages[1])).toBe('No fee is due.');
  });

  test('offsets slice the original source verbatim, markup included', () => {
    const source =
      '# A\n\nUse **bold** and [a link](https://x.example/y). Then `code` works\\_well.\n';
    const { document } = parse(source);
    const [start = 0, end = 0, , next = 0, last = 0] = document.sentences;
    expect(source.slice(start, end)).toBe('Use **bold** and [a link](https://x.example/y).');
    expect(readableText(document, start, end)).toBe('Use bold and a link.');
    expect(readableText(document, next, last)).toBe('Then code works_well.');
  });

  test('a sentence that opens with bold text keeps its markup in the slice', () => {
    const source = '- **Viewer**: opens files.\n';
    const { document } = parse(source);
    expect(source.slice(document.sentences[0], document.sentences[1])).toBe(
      '**Viewer**: opens files.',
    );
  });

  test('headings form a breadcrumb, outermost first', () => {
    const { document } = parse('# A\n\n## B\n\n### C\n\nText here.\n\n## D\n\nMore text.\n');
    const crumbs = [2, 5].map((at) => headingBreadcrumb(document, document.passages[at] ?? -1));
    expect(crumbs).toEqual([
      ['A', 'B', 'C'],
      ['A', 'D'],
    ]);
  });

  test('a long section is split into passages of about 180 words', () => {
    const sentence = 'The quick harbour crane lifts nine containers an hour. ';
    const { document, report } = parse(`# Cranes\n\n${sentence.repeat(100)}`);
    expect(report.words).toBe(900);
    expect(report.passages).toBe(5);
    const first = document.text.slice(document.passages[0], document.passages[1]);
    expect(first.split(/\s+/).length).toBe(180);
  });

  test.each([
    ['KNOWLEDGE_EMPTY', ' \n\t\n'],
    ['KNOWLEDGE_ENCODING_INVALID', Uint8Array.of(0x47, 0xfc, 0x6e)],
    ['KNOWLEDGE_NOT_TEXT', 'PK\u0003\u0004\u0000\u0000'],
    ['KNOWLEDGE_TOO_LARGE', 'x'.repeat(1_048_577)],
  ])('refuses a page with %s', (code, content) => {
    expect(() => parse(content)).toThrow(expect.objectContaining({ code }));
  });

  test('one bad page is reported and stops no other; copies are kept once', () => {
    const { documents, reports } = ingestKnowledge([
      { id: 'a', content: '# A\n\nThe office opens at nine.' },
      { id: 'b', content: Uint8Array.of(0xff, 0xfe) },
      { id: 'c', content: '# A\n\nThe office opens at nine.' },
      { id: 'd', content: '# Only a heading' },
    ]);
    expect(documents.map((document) => document.id)).toEqual(['a', 'd']);
    expect(reports.map((report) => report.answerable)).toEqual([true, false, false, false]);
    expect(reports[1]?.error?.code).toBe('KNOWLEDGE_ENCODING_INVALID');
    expect(reports[2]?.sameAs).toBe('a');
    expect(reports[3]?.weaknesses).toContain('no-passages');
  });

  test('Markdown nested to stall a parser is read as plain text in no time', () => {
    const bombs = ['- '.repeat(20_000), '**a '.repeat(5_000), '> '.repeat(50_000)];
    for (const bomb of bombs) {
      expect(parse(`${bomb}end`).report.weaknesses).toContain('read-as-text');
    }
  });

  test.each([
    ['stops', `${'.'.repeat(500_000)}x`],
    ['quotes that just miss the limit', `${'> '.repeat(39)}x`],
    ['a row of spaces', `|a|\n${' '.repeat(500_000)}x`],
    ['an endless title', `---\ntitle: a${' '.repeat(500_000)}x\n---\nText.`],
    ['open brackets', '['.repeat(50_000)],
    ['one line', 'word '.repeat(100_000)],
  ])('%s: read without stalling', (_name, content) => {
    // Any of these takes minutes or hours where a pattern is quadratic or worse: the test times out.
    expect(parse(content).report.words).toBeGreaterThan(0);
  });

  test('for any text, spans ascend within it and readable text adds nothing', () => {
    const markup = fc.constantFrom(
      '# ',
      '- ',
      '**',
      '`',
      '|',
      '\n',
      '\n\n',
      '. ',
      '[a](b)',
      'Word ',
      '1. ',
      '> ',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(markup, fc.string()), { maxLength: 40 }), (pieces) => {
        const content = `x${pieces.join('')}`;
        if (!content.isWellFormed() || content.includes('\u0000')) return;
        const { document } = parseKnowledgeDocument({ id: 'p', content: `Text. ${content}` });
        let last = 0;
        for (let i = 0; i < document.sentences.length; i += 3) {
          const [start = -1, end = -1] = document.sentences.subarray(i, i + 2);
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
          const source = document.text.slice(start, end);
          const shown = readableText(document, start, end).replaceAll(' ', '');
          if (!source.includes('&')) expect(isSubsequence(shown, source)).toBe(true);
        }
        expect(last).toBeLessThanOrEqual(document.text.length);
      }),
      { numRuns: 300 },
    );
  });

  test('the example pages give titles, headings and passages', () => {
    const billing = harborDocuments().find((document) => document.id === 'harbor/billing.md');
    expect(billing?.title).toBe('Plans and billing');
    expect(billing?.headings.map((heading) => heading.text)).toContain('Refunds');
  });
});
