import { describe, expect, test } from 'vitest';
import { createAnswerEngine } from '../src/answering/answer-engine.ts';
import { parseKnowledgeDocument } from '../src/knowledge/parse-knowledge-document.ts';
import { createKnowledgeIndex } from '../src/retrieval/knowledge-index.ts';
import { createRetriever } from '../src/retrieval/retriever.ts';
import { fuseSimilarity } from '../src/semantic/fuse-similarity.ts';
import {
  createSemanticRetriever,
  type SemanticRetrieverOptions,
} from '../src/semantic/semantic-retriever.ts';
import {
  type Encoding,
  encodeChecked,
  type SentenceEncoder,
} from '../src/semantic/sentence-encoder.ts';
import { createUniversalSentenceEncoder } from '../src/semantic/universal-sentence-encoder.ts';
import { createVectorCache } from '../src/semantic/vector-cache.ts';

const PAGES = {
  'lost.md': '# Lost card\n\nA card is frozen in the app, and another card is sent.\n',
  'stolen.md':
    '# Theft\n\nA stolen card and any other card with it are blocked at once, by the team on duty that answers day and night.\n',
  'rates.md':
    '# Interest\n\nThe rate of a savings account is 2 percent a year, with or without card.\n',
};
/** Words of one meaning share a dimension. */
const MEANINGS = [
  ['lost', 'gone', 'theft', 'stolen', 'robbed', 'blocked'],
  ['rate', 'interest', 'percent', 'yield'],
  ['card'],
];
const QUESTION = 'I was robbed of my card';

const retriever = createRetriever(
  createKnowledgeIndex(
    Object.entries(PAGES).map(([id, content]) => parseKnowledgeDocument({ id, content }).document),
  ),
);
const never = (): Promise<void> => new Promise(() => undefined);

/** An encoder of few meanings, that keeps what it was asked. */
function createMeaningEncoder(reply?: (texts: readonly string[]) => Promise<Encoding>) {
  const asked: string[][] = [];
  const encoder: SentenceEncoder = {
    name: 'meanings',
    dimensions: MEANINGS.length + 1,
    async encode(texts) {
      asked.push([...texts]);
      if (reply !== undefined) return reply(texts);
      return {
        vectors: texts.map((text) => {
          const words = text.toLowerCase().split(/\W+/);
          const counts = MEANINGS.map((own) => words.filter((word) => own.includes(word)).length);
          return Float32Array.from([...counts, 0.1]);
        }),
      };
    },
  };
  return { encoder, asked };
}

function semantic(encoder: SentenceEncoder, options: SemanticRetrieverOptions = {}, delay = never) {
  return createSemanticRetriever(options, { retriever, encoder, delay });
}

describe('retrieval by words and meaning', () => {
  test('raises the page that means what was asked, and says why', async () => {
    const words = retriever.retrieve(QUESTION);
    expect(words[0]?.documentId).not.toBe('stolen.md');

    const { hits, fault } = await semantic(createMeaningEncoder().encoder).retrieve(QUESTION);

    expect(fault).toBeUndefined();
    const rank = (found: typeof hits) =>
      found.findIndex(({ documentId }) => documentId === 'stolen.md');
    const stolen = hits[rank(hits)];
    expect(stolen?.explain.semantic?.rank).toBe(1);
    expect(stolen?.explain.semantic?.score).toBeGreaterThan(0.8);
    expect(rank(hits)).toBeLessThanOrEqual(rank(words));
    for (const { score } of hits) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(1);
    }
    expect(new Set(hits.map(({ documentId }) => documentId))).toEqual(
      new Set(words.map(({ documentId }) => documentId)),
    );
  });

  test('encodes a passage once, and the question alone when asked again', async () => {
    const { encoder, asked } = createMeaningEncoder();
    const search = semantic(encoder);
    await search.retrieve(QUESTION);
    await search.retrieve(QUESTION);
    expect(asked[0]?.length).toBe(1 + 3);
    expect(asked[1]).toEqual([QUESTION]);
  });

  test('lets earlier questions count, decayed', async () => {
    const history = [{ role: 'user' as const, text: 'What yield does interest give?' }];
    const search = semantic(createMeaningEncoder().encoder);
    const similarityOf = async (given: typeof history) => {
      const { hits } = await search.retrieve('And with a card?', { history: given });
      return hits.find(({ documentId }) => documentId === 'rates.md')?.explain.semantic?.score ?? 0;
    };
    const alone = await similarityOf([]);
    const after = await similarityOf(history);
    expect(after).toBeGreaterThan(alone);
    expect(after).toBeLessThan(1);
  });

  test('never shows a document that is left out', async () => {
    const excluded = new Set(['stolen.md']);
    const { encoder, asked } = createMeaningEncoder();
    const { hits } = await semantic(encoder).retrieve(QUESTION, { excluded });
    expect(hits.map(({ documentId }) => documentId)).not.toContain('stolen.md');
    expect(asked.flat().join()).not.toContain('blocked');
  });

  test('gives the engine the order to answer from', async () => {
    const engine = createAnswerEngine({ threshold: 0 }, { retriever });
    const { hits } = await semantic(createMeaningEncoder().encoder).retrieve(QUESTION, {
      limit: 1,
    });
    expect(engine.answer(QUESTION, { hits }).citations[0]?.documentId).toBe(hits[0]?.documentId);
  });

  const faulty: [string, string, (texts: readonly string[]) => Promise<Encoding>][] = [
    ['throws', 'failed', () => Promise.reject(new Error('broken'))],
    ['refuses', 'refused', async () => ({ fault: 'refused' })],
    ['gives too few vectors', 'invalid-reply', async () => ({ vectors: [new Float32Array(4)] })],
    [
      'gives other dimensions',
      'wrong-dimensions',
      async (texts) => ({ vectors: texts.map(() => new Float32Array([1])) }),
    ],
    [
      'gives no number',
      'invalid-reply',
      async (texts) => ({ vectors: texts.map(() => new Float32Array(4).fill(Number.NaN)) }),
    ],
    [
      'gives zeros',
      'invalid-reply',
      async (texts) => ({ vectors: texts.map(() => new Float32Array(4)) }),
    ],
  ];
  test.each(faulty)('is by words alone when the encoder %s', async (_name, fault, reply) => {
    const found = await semantic(createMeaningEncoder(reply).encoder).retrieve(QUESTION);
    expect(found).toEqual({ hits: retriever.retrieve(QUESTION), fault });
  });

  test('is by words alone when the encoder is late, and what it made late serves the next question', async () => {
    const gate = Promise.withResolvers<void>();
    const { encoder: prompt } = createMeaningEncoder();
    const { encoder, asked } = createMeaningEncoder(async (texts) => {
      await gate.promise;
      return prompt.encode(texts);
    });
    let late = true;
    const search = semantic(encoder, {}, () => (late ? Promise.resolve() : never()));
    expect(await search.retrieve(QUESTION)).toEqual({
      hits: retriever.retrieve(QUESTION),
      fault: 'timeout',
    });

    late = false;
    gate.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    const { fault } = await search.retrieve(QUESTION);
    expect(fault).toBeUndefined();
    expect(asked[1]).toEqual([QUESTION]);
  });

  test('of an empty question asks no encoder', async () => {
    const { encoder, asked } = createMeaningEncoder();
    expect(await semantic(encoder).retrieve(' ')).toEqual({ hits: [] });
    expect(asked).toEqual([]);
  });
});

describe('fusion', () => {
  test('is 1 for a hit that is first everywhere, and keeps hits without a similarity', () => {
    const hits = retriever.retrieve('stolen card blocked theft');
    expect(hits[0]?.score).toBe(1);
    const fused = fuseSimilarity(hits, [0.9]);
    expect(fused[0]?.score).toBeCloseTo(1, 12);
    expect(fused).toHaveLength(hits.length);
    expect(fused[1]?.explain.semantic).toBeUndefined();
  });
});

describe('what an encoder gives', () => {
  test('has length 1 afterwards, and is not asked for where there is nothing', async () => {
    const { encoder, asked } = createMeaningEncoder();
    const encoding = await encodeChecked(encoder, ['a lost card']);
    const [vector] = 'vectors' in encoding ? encoding.vectors : [];
    expect(Math.hypot(...(vector ?? []))).toBeCloseTo(1, 6);
    expect(await encodeChecked(encoder, [])).toEqual({ vectors: [] });
    expect(asked).toHaveLength(1);
  });

  test('is kept within a bound, the least recently used going first', () => {
    const cache = createVectorCache({ bytes: 2 * 4 * 3, dimensions: 3 });
    const vector = new Float32Array(3);
    cache.set(1, vector);
    cache.set(2, vector);
    cache.get(1);
    cache.set(3, vector);
    expect([1, 2, 3].map((passage) => cache.get(passage) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('the Universal Sentence Encoder', () => {
  const load = (batches: string[][]) => async () => ({
    modelSource: 'weights',
    initModel: async (source: string) => ({
      async embed(texts: string[]) {
        expect(source).toBe('weights');
        batches.push(texts);
        return texts.map(() => new Array<number>(512).fill(0.1));
      },
    }),
  });

  test('is asked in batches, and not at all for a text without words', async () => {
    const batches: string[][] = [];
    const encoder = createUniversalSentenceEncoder(load(batches));
    const encoding = await encodeChecked(encoder, new Array<string>(33).fill('card'));
    expect('vectors' in encoding && encoding.vectors.length).toBe(33);
    expect(batches.map((batch) => batch.length)).toEqual([32, 1]);
    expect(await encoder.encode(['card', '…'])).toEqual({ fault: 'invalid-reply' });
    expect(batches).toHaveLength(2);
  });

  test('that is not installed is a fault, not a failure of the search', async () => {
    const absent = createUniversalSentenceEncoder(() => Promise.reject(new Error('not found')));
    const { hits, fault } = await semantic(absent).retrieve(QUESTION);
    expect(fault).toBe('failed');
    expect(hits).toEqual(retriever.retrieve(QUESTION));
  });
});
