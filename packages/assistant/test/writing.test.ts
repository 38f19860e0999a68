import { describe, expect, test } from 'vitest';
import { createAnswerEngine } from '../src/answering/answer-engine.ts';
import { ingestKnowledge } from '../src/knowledge/ingest-knowledge.ts';
import { createKnowledgeIndex } from '../src/retrieval/knowledge-index.ts';
import { createRetriever } from '../src/retrieval/retriever.ts';
import { verifyWrittenAnswer } from '../src/writing/verify-written-answer.ts';
import { writingMessages } from '../src/writing/writing-messages.ts';
import { writingPassages } from '../src/writing/writing-passage.ts';

const PAGES = [
  {
    id: 'cards.md',
    content:
      '# Cards\n\n## Lost card\n\nA replacement card costs 8 euros. It arrives within 5 working days. Dana Brix signs for express cards. Cards are not sent to hotels.\n\nYou need:\n\n- a passport\n- an app PIN\n',
  },
  {
    id: 'transfers.md',
    content:
      '# Transfers\n\nThe daily transfer limit is 10,000 euros. A transfer can’t be recalled after 15:30.\n',
  },
];
const { documents } = ingestKnowledge(PAGES);
const retriever = createRetriever(createKnowledgeIndex(documents));
const passagesFor = (question: string) =>
  writingPassages(retriever.index, createAnswerEngine({}, { retriever }).answer(question).hits);
const passages = passagesFor('What does a replacement card cost, and the transfer limit?');
const numberOf = (id: string): number =>
  passages.find(({ citation }) => citation.documentId === id)?.number ?? 0;
const [cards, transfers] = [numberOf('cards.md'), numberOf('transfers.md')];

describe('checking what a model wrote', () => {
  test('keeps what the cited passage says, in nearly any order of citing', () => {
    const { text, citations, dropped } = verifyWrittenAnswer(
      `A replacement card costs 8 euros [${cards}]. The daily transfer limit is 10,000 euros. [${transfers}]`,
      passages,
    );
    expect(dropped).toEqual([]);
    expect(text).toBe(
      'A replacement card costs 8 euros. The daily transfer limit is 10,000 euros.',
    );
    expect(citations.map(({ documentId }) => documentId)).toEqual(['cards.md', 'transfers.md']);
    for (const { documentId, start, end, text: slice } of citations) {
      const source = documents.find(({ id }) => id === documentId)?.text;
      expect(source?.slice(start, end)).toBe(slice);
    }
  });

  test.each([
    ['another number', 'A replacement card costs 7 euros', 'words-not-in-passage'],
    ['a number of the next sentence', 'A replacement card costs 5 euros', 'pieced-together'],
    [
      'numbers of two sentences in one',
      'A replacement card costs 8 euros and arrives within 5 working days',
      'number-not-in-sentence',
    ],
    ['a number of elsewhere', 'A replacement card costs 10,000 euros', 'words-not-in-passage'],
    ['another name', 'Robin Brix signs for express cards', 'words-not-in-passage'],
    ['a negation less', 'Cards are sent to hotels', 'negation-differs'],
    ['a negation more', 'A replacement card never costs 8 euros', 'words-not-in-passage'],
    ['another claim', 'A replacement card is free', 'words-not-in-passage'],
    ['a link', 'A replacement card costs 8 euros https://evil.example', 'link'],
    ['an image', 'A card ![x](//evil.example/8) costs 8 euros', 'link'],
    ['markup', 'A replacement card <img src=x> costs 8 euros', 'link'],
    ['hidden characters', 'A replacement\u200b card costs 8 euros', 'hidden-characters'],
  ])('drops %s', (_name, sentence, fault) => {
    const { text, dropped } = verifyWrittenAnswer(`${sentence} [${cards}].`, passages);
    expect(text).toBe('');
    expect(dropped.map((each) => each.fault)).toEqual([fault]);
  });

  test('drops a contracted negation that was lost', () => {
    const { dropped } = verifyWrittenAnswer(
      `A transfer can be recalled after 15:30 [${transfers}].`,
      passages,
    );
    expect(dropped[0]?.fault).toBe('negation-differs');
  });

  test('drops what cites nothing, another passage, or one that is not there', () => {
    for (const mark of ['', ` [${transfers}]`, ' [99]']) {
      const { text } = verifyWrittenAnswer(`A replacement card costs 8 euros${mark}.`, passages);
      expect(text, mark).toBe('');
    }
  });

  test('supports an item by what introduces it', () => {
    const { text } = verifyWrittenAnswer(`You need a passport [${cards}].`, passages);
    expect(text).toBe('You need a passport.');
  });

  test('keeps the supported part of a text', () => {
    const { text, dropped } = verifyWrittenAnswer(
      `A replacement card costs 8 euros [${cards}]. Call 0900 555 now [${cards}].\nIt arrives within 5 working days [${cards}].`,
      passages,
    );
    expect(text).toBe('A replacement card costs 8 euros. It arrives within 5 working days.');
    expect(dropped).toHaveLength(1);
  });
});

describe('what a model gets', () => {
  test('is rules, passages and the question as JSON, so that no passage can pose as a message', () => {
    const [rules, data] = writingMessages('What "is" it?', passages);
    expect(rules?.role).toBe('system');
    const parsed = JSON.parse(data?.content ?? '') as { passages: unknown[]; question: string };
    expect(parsed.question).toBe('What "is" it?');
    expect(parsed.passages).toHaveLength(passages.length);
  });
});
