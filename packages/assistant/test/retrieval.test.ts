import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateRetrieval } from '../src/evaluation/evaluate-retrieval.ts';
import { parseKnowledgeDocument } from '../src/knowledge/parse-knowledge-document.ts';
import { exactLog } from '../src/retrieval/exact-log.ts';
import { decodeIndexSnapshot, encodeIndexSnapshot } from '../src/retrieval/index-snapshot.ts';
import { createKnowledgeIndex } from '../src/retrieval/knowledge-index.ts';
import { createRetriever } from '../src/retrieval/retriever.ts';
import { stemEnglish } from '../src/text/stem-english.ts';
import { tokenize } from '../src/text/tokenize.ts';
import { harborDocuments, harborRetriever } from './harbor-knowledge.ts';

describe('words', () => {
  test('are folded without the help of the engine’s locale', () => {
    expect(tokenize("L'Été: Straße, naïve customer's cafe\u0301 東京 👍 ΑΘΗΝΑ")).toEqual([
      'l',
      'ete',
      'strasse',
      'naive',
      'customer',
      'cafe',
      '東',
      '京',
      'αθηνα',
    ]);
  });

  // Pairs of the sample vocabulary published with the algorithm.
  test.each([
    ['drivelling', 'drivel'],
    ['dryness', 'dryness'],
    ['durability', 'durabl'],
    ['dying', 'die'],
    ['dyed', 'dy'],
    ['eccentricities', 'eccentr'],
    ['economically', 'econom'],
    ['effectiveness', 'effect'],
    ['egotistically', 'egotist'],
    ['dutifully', 'duti'],
    ['earthenware', 'earthenwar'],
    ['ease', 'eas'],
  ])('stem: %s gives %s', (word, stem) => {
    expect(stemEnglish(word)).toBe(stem);
  });

  test('the exact logarithm agrees with the engine’s to a few units in the last place', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (x) => {
        const expected = Math.log(x);
        expect(Math.abs(exactLog(x) - expected)).toBeLessThanOrEqual(
          8 * Number.EPSILON * Math.max(1, Math.abs(expected)),
        );
      }),
    );
  });
});

describe('retrieval', () => {
  test('scores words by Robertson’s BM25 as worked out by hand', () => {
    const page = (id: string, content: string) =>
      parseKnowledgeDocument({ id, content, title: 'x', format: 'text' }).document;
    const index = createKnowledgeIndex([
      page('1', 'apple pear'),
      page('2', 'apple apple plum fig'),
    ]);
    const [first, second] = createRetriever(index).retrieve('apple');
    // Units are "1 x apple pear" and "2 x apple apple plum fig": lengths 4 and 6, average 5.
    const idf = Math.log(1 + 0.5 / 2.5);
    const score = (tf: number, length: number) =>
      (0.85 * idf * tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * length) / 5));
    expect(first?.explain.document?.score).toBeCloseTo(score(2, 6), 6);
    expect(second?.explain.document?.score).toBeCloseTo(score(1, 4), 6);
  });

  test('finds the page that a paraphrase is about, and explains each hit', () => {
    const [hit] = harborRetriever().retrieve('my phone was stolen, how can I remove the device?');
    expect(hit?.documentId).toBe('harbor/devices.md');
    expect(hit?.explain.terms.map((term) => term.text)).toContain('phone');
    expect(hit?.explain.document?.rank).toBe(1);
    expect(hit?.score).toBeLessThanOrEqual(1);
  });

  test('the question before says what a follow-up is about', () => {
    const retriever = harborRetriever();
    const history = [{ role: 'user' as const, text: 'What are guest links?' }];
    const ask = 'When do they expire?';
    expect(retriever.retrieve(ask, { history })[0]?.documentId).toBe('harbor/sharing.md');
    const { terms } = retriever.analyze(ask, history);
    expect(terms.find((term) => term.text === 'guest')?.weight).toBe(0.3);
  });

  test('an excluded document leaves no gap in the ranks', () => {
    const excluded = new Set(['harbor/sharing.md']);
    const hits = harborRetriever().retrieve('guest links of files', { excluded });
    expect(hits.map((hit) => hit.documentId)).not.toContain('harbor/sharing.md');
    expect(hits[0]?.explain.document?.rank).toBe(1);
  });

  test.each(['', '???', '👍🎉', 'the of and', 'x'.repeat(100_000), 'Ω≈ç√∫'])(
    'survives the question %j',
    (question) => {
      expect(harborRetriever().retrieve(question)).toEqual([]);
    },
  );

  test('a snapshot gives the same index, from any memory alignment', () => {
    const index = createKnowledgeIndex(harborDocuments());
    const bytes = encodeIndexSnapshot(index);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const restored = decodeIndexSnapshot(shifted.subarray(3));
    const ask = (from: typeof index) => createRetriever(from).retrieve('refund of an invoice');
    expect(ask(restored)).toEqual(ask(index));
    expect(encodeIndexSnapshot(restored)).toEqual(bytes);
  });

  test('a damaged snapshot is refused', () => {
    const bytes = encodeIndexSnapshot(createKnowledgeIndex(harborDocuments()));
    for (const damaged of [bytes.slice(0, 100), bytes.slice(0, -1), new Uint8Array(3)]) {
      expect(() => decodeIndexSnapshot(damaged)).toThrow(
        expect.objectContaining({ code: 'SNAPSHOT_INVALID' }),
      );
    }
  });

  test('evaluation measures ranks against single gold documents', () => {
    let cpu = 0;
    const result = evaluateRetrieval({
      documents: harborDocuments(),
      questions: [
        { id: 'q1', q: 'error HS-204 clock', doc: 'harbor/sync-errors.md' },
        { id: 'q2', q: 'webhook deliveries repeated', doc: 'harbor/api.md' },
        { id: 'q3', q: 'webhook deliveries repeated', doc: 'harbor/vaults.md' },
      ],
      cpuSeconds: () => cpu++,
    });
    expect(result.recallAt1).toBeCloseTo(2 / 3);
    expect(result.ranks.slice(0, 2).map(({ rank }) => rank)).toEqual([1, 1]);
    expect(result.queriesPerCpuSecond).toBe(3);
    expect(result.intervals.recallAt1.low).toBeLessThan(result.intervals.recallAt1.high);
  });
});
