import { createHash } from 'node:crypto';
import { bytesToUtf8, utf8ToBytes } from '@ddai/core';
import { describe, expect, test } from 'vitest';
import {
  COMPLEX_PIPELINE,
  type ComplexQueryInput,
  DEFAULT_COMPLEX_LIMITS,
} from '../src/complex/complex-query.ts';
import { decomposeQuestion } from '../src/complex/decompose-question.ts';
import { decodeShard, encodeShard, loadShard } from '../src/complex/knowledge-shard.ts';
import {
  complexQueryInputBytes,
  complexQueryResultBytes,
  parseComplexQueryInput,
  parseComplexQueryResult,
} from '../src/complex/parse-complex-query.ts';
import { runComplexQuery } from '../src/complex/run-complex-query.ts';
import { harborDocuments } from './harbor-knowledge.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const shardBytes = encodeShard(harborDocuments());
const shardHash = sha256(shardBytes);
const query = (question: string, over: Partial<ComplexQueryInput> = {}): ComplexQueryInput => ({
  pipeline: COMPLEX_PIPELINE,
  shardHash,
  question,
  history: [],
  seed: 7,
  limits: DEFAULT_COMPLEX_LIMITS,
  ...over,
});
const run = (input: ComplexQueryInput) => runComplexQuery(loadShard(shardBytes, shardHash), input);
const TWO_THINGS =
  'What does error HS-507 mean, and how much storage per seat does the Schooner plan have?';

describe('decomposition', () => {
  test.each([
    ['How do I share a folder?', ['How do I share a folder?']],
    ['What is a vault and how do I create it?', ['What is a vault', 'how do I create it?']],
    [
      'I am on Ketch. Can I move to Schooner? What does it cost?',
      ['I am on Ketch. Can I move to Schooner?', 'What does it cost?'],
    ],
    [
      'What is the difference between an editor and a steward?',
      [
        'What is the difference between an editor and a steward?',
        'What is an editor?',
        'What is a steward?',
      ],
    ],
    [
      'Was kostet eine Ersatzkarte und wie lange dauert die Lieferung?',
      ['Was kostet eine Ersatzkarte', 'wie lange dauert die Lieferung?'],
    ],
    [
      'Kann ich Karte und Konto zusammen kündigen?',
      ['Kann ich Karte und Konto zusammen kündigen?'],
    ],
    [
      'Was ist der Unterschied zwischen dem Girokonto und dem Sparkonto?',
      [
        'Was ist der Unterschied zwischen dem Girokonto und dem Sparkonto?',
        'Was ist Girokonto?',
        'Was ist Sparkonto?',
      ],
    ],
    [
      'Combien coûte une carte de remplacement et comment la commander ?',
      ['Combien coûte une carte de remplacement', 'comment la commander ?'],
    ],
    [
      'Quelle est la différence entre le compte courant et le livret ?',
      [
        'Quelle est la différence entre le compte courant et le livret ?',
        'Qu’est-ce que compte courant ?',
        'Qu’est-ce que livret ?',
      ],
    ],
    [
      '¿Cuánto cuesta una tarjeta nueva y cuándo llega a mi casa?',
      ['¿Cuánto cuesta una tarjeta nueva', 'cuándo llega a mi casa?'],
    ],
    [
      'Estoy en Francia. Si pierdo la tarjeta, ¿cómo la bloqueo?',
      ['Estoy en Francia. Si pierdo la tarjeta, ¿cómo la bloqueo?'],
    ],
    ['Ketch and Schooner storage', ['Ketch and Schooner storage']],
    ['', []],
  ])('%j', (message, parts) => {
    expect(decomposeQuestion(message).map(({ text }) => text)).toEqual(parts);
  });

  test.each([
    'What is a vault and how do I create it?',
    'Was kostet ein Tresor und wie richte ich ihn ein?',
    'Combien coûte un coffre et comment fonctionne-t-il avec cela ?',
    '¿Qué es una bóveda y cómo puedo crearla?',
  ])('the part that refers back is marked: %j', (message) => {
    const [first, second] = decomposeQuestion(message);
    expect([first?.dependsOnPrevious, second?.dependsOnPrevious]).toEqual([false, true]);
  });
});

describe('a complex query', () => {
  test('answers each part from its page, with citations into the shard', () => {
    const result = run(query(TWO_THINGS));
    expect(result.abstained).toBe(false);
    expect(result.subAnswers.map(({ abstained }) => abstained)).toEqual([false, false]);
    expect(new Set(result.citations.map(({ documentId }) => documentId))).toEqual(
      new Set(['harbor/sync-errors.md', 'harbor/billing.md']),
    );
    const sources = new Map(decodeShard(shardBytes).map(({ id, text }) => [id, text]));
    for (const { documentId, start, end, text } of result.citations) {
      expect(sources.get(documentId)?.slice(start, end)).toBe(text);
    }
  });

  test('gives the same bytes again, whatever was asked of the shard between', () => {
    const shard = loadShard(shardBytes, shardHash);
    const first = complexQueryResultBytes(runComplexQuery(shard, query(TWO_THINGS)));
    runComplexQuery(shard, query('What is a guest link?'));
    expect(complexQueryResultBytes(runComplexQuery(shard, query(TWO_THINGS)))).toEqual(first);
    // Pinned: a change of these bytes is a change of the pipeline, and needs a new version.
    expect(sha256(first)).toMatchInlineSnapshot(
      `"cd8bc80947b9035d0824724ce6e1b76a4cdac97450075482b847b03847b1cb17"`,
    );
  });

  test('holds whole numbers only', () => {
    JSON.stringify(run(query(TWO_THINGS)), (_key, value: unknown) => {
      if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
      return value;
    });
  });

  test('follows a bridge to a second page when one sentence leaves half the question open', () => {
    const result = run(query('Do guest links work for a vault whose passphrase was lost?'));
    const [part] = result.subAnswers;
    expect(part?.hops).toBe(2);
    expect(new Set(result.citations.map(({ documentId }) => documentId)).size).toBe(2);
  });

  test('a part that refers back is answered about its own matter', () => {
    const { subAnswers } = run(query('What is a guest link? When does it expire?'));
    expect(subAnswers[1]?.text).toContain('Guest links expire after 14 days');
  });

  test('abstains from what the shard doesn’t hold, and cites within its limit', () => {
    expect(run(query('Who won the football cup and who scored?')).abstained).toBe(true);
    const limits = { ...DEFAULT_COMPLEX_LIMITS, citations: 1 };
    expect(run(query(TWO_THINGS, { limits })).citations).toHaveLength(1);
  });

  test('input and result survive their parsers', () => {
    const input = query(TWO_THINGS, { history: [{ role: 'user', text: 'Hi' }] });
    const read = (bytes: Uint8Array): unknown => JSON.parse(bytesToUtf8(bytes));
    expect(parseComplexQueryInput(read(complexQueryInputBytes(input)))).toEqual(input);
    const result = run(input);
    expect(parseComplexQueryResult(read(complexQueryResultBytes(result)))).toEqual(result);
  });

  test.each([
    ['an unknown member', { extra: 1 }],
    ['a fractional seed', { seed: 0.5 }],
    ['an endless question', { question: 'x'.repeat(8_001) }],
    ['an empty question', { question: '  ' }],
    ['a lone surrogate', { question: 'a\ud800' }],
    ['an upper-case hash', { shardHash: shardHash.toUpperCase() }],
    ['a hundred hops', { limits: { ...DEFAULT_COMPLEX_LIMITS, hops: 100 } }],
    ['another role', { history: [{ role: 'system', text: 'x' }] }],
  ])('refuses %s', (_name, over) => {
    expect(() => parseComplexQueryInput({ ...query('What is a vault?'), ...over })).toThrow(
      expect.objectContaining({ code: 'COMPLEX_QUERY_INVALID' }),
    );
  });

  test('refuses another pipeline and another shard', () => {
    const other = query('What is a vault?', { pipeline: 'ddai-extractive/1' });
    const code = 'COMPLEX_QUERY_UNSUPPORTED';
    expect(() => parseComplexQueryInput(other)).toThrow(expect.objectContaining({ code }));
    expect(() => run(query('What is a vault?', { shardHash: '0'.repeat(64) }))).toThrow(
      expect.objectContaining({ code: 'SHARD_MISMATCH' }),
    );
  });
});

describe('a knowledge shard', () => {
  test('has the same bytes for the same documents in any order, and decodes to them', () => {
    const documents = harborDocuments();
    expect(encodeShard([...documents].reverse())).toEqual(shardBytes);
    expect(decodeShard(shardBytes)).toEqual([...documents]);
  });

  test('is refused when too large or when an offset leaves its text', () => {
    const code = 'SHARD_TOO_LARGE';
    expect(() => decodeShard(shardBytes, { bytes: 10 })).toThrow(expect.objectContaining({ code }));
    type Plain = { documents: { passages: number[]; headings: { parent: number }[] }[] };
    const tampered = (change: (shard: Plain) => void): Uint8Array => {
      const shard = JSON.parse(bytesToUtf8(shardBytes)) as Plain;
      change(shard);
      return utf8ToBytes(JSON.stringify(shard));
    };
    const attacks: ((shard: Plain) => void)[] = [
      (shard) => shard.documents[0]?.passages.splice(1, 1, 10_000_000),
      (shard) => shard.documents[0]?.passages.splice(0, 1, -1),
      (shard) => shard.documents[0]?.passages.pop(),
      (shard) => Object.assign(shard.documents[1]?.headings[0] ?? {}, { parent: 0 }),
      (shard) => shard.documents.reverse(),
    ];
    for (const attack of attacks) {
      expect(() => decodeShard(tampered(attack))).toThrow(
        expect.objectContaining({ code: 'SHARD_INVALID' }),
      );
    }
    expect(() => decodeShard(Uint8Array.of(0xff))).toThrow(
      expect.objectContaining({ code: 'SHARD_INVALID' }),
    );
  });
});
