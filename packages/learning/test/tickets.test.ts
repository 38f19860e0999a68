import { isDdaiError, utf8ToBytes } from '@ddai/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertTrainable,
  categoriesOf,
  countByCategory,
  parsePartition,
  parseTickets,
  partitionTickets,
  splitHeldOut,
} from '../src/index.ts';
import { generateTickets } from './generated-tickets.ts';

const parse = (content: string | Uint8Array, limits = {}) =>
  parseTickets({ file: 'sites/a.csv', content, limits });

function refusal(run: () => unknown): { code: string; fields: unknown; message: string } {
  try {
    run();
  } catch (error) {
    if (isDdaiError(error))
      return { code: error.code, fields: error.fields, message: error.message };
    throw error;
  }
  throw new Error('it was not refused');
}

describe('parseTickets', () => {
  it('reads quoted commas, quotes and line breaks, in either column order, with a byte order mark', () => {
    const csv = '\uFEFFcategory,text\r\nbilling,"a, ""b""\nc"\r\nlogin, plain \r\n';
    expect(parse(utf8ToBytes(csv))).toEqual([
      { text: 'a, "b"\nc', category: 'billing' },
      { text: 'plain', category: 'login' },
    ]);
  });

  it('reads back whatever RFC 4180 can hold', () => {
    const cell = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), (rows) => {
        const kept = rows.filter(
          ([text, category]) => text.trim() !== '' && category.trim() !== '',
        );
        fc.pre(kept.length > 0);
        const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`;
        const csv = kept.map((row) => row.map(quote).join(',')).join('\n');
        const expected = kept.map(([text, category]) => ({
          text: text.trim(),
          category: category.trim(),
        }));
        expect(parse(`text,category\n${csv}\n`)).toEqual(expected);
      }),
    );
  });

  it.each([
    ['a missing column', 'text,label\na,b\n', 'TICKETS_COLUMN_MISSING', { column: 'category' }],
    ['an empty file', '', 'TICKETS_COLUMN_MISSING', { column: 'text' }],
    ['a column twice', 'text,text,category\n', 'TICKETS_COLUMN_MISSING', { column: 'text' }],
    [
      'an unknown column',
      'text,category,email\na,b,c\n',
      'TICKETS_COLUMN_UNKNOWN',
      { column: 'email' },
    ],
    ['no rows', 'text,category\n', 'TICKETS_NO_ROWS', { file: 'sites/a.csv' }],
    ['an empty text', 'text,category\na,b\n "  ",c\n', 'TICKETS_MALFORMED', { line: 3 }],
    [
      'a blank text',
      'text,category\na,b\n"  ",c\n',
      'TICKETS_TEXT_EMPTY',
      { row: 2, column: 'text' },
    ],
    [
      'an empty category',
      'text,category\na,\n',
      'TICKETS_LABEL_EMPTY',
      { row: 1, column: 'category' },
    ],
    [
      'a row beyond all measure',
      `text,category\na,b\n"${'word '.repeat(40_000)}",b\n`,
      'TICKETS_TEXT_TOO_LONG',
      { line: 3 },
    ],
    ['a row too short', 'text,category\na\n', 'TICKETS_MALFORMED', { line: 2 }],
    ['a quote never closed', 'text,category\n"a,b\n', 'TICKETS_MALFORMED', { file: 'sites/a.csv' }],
  ])('names file and place of %s', (_name, content, code, fields) => {
    const refused = refusal(() => parse(content));
    expect(refused.code).toBe(code);
    expect(refused.fields).toMatchObject(fields);
    expect(refused.message).toContain('sites/a.csv');
  });

  it('refuses bytes that are not UTF-8', () => {
    const latin1 = new Uint8Array([...utf8ToBytes('text,category\ncaf'), 0xe9, 0x2c, 0x61, 0x0a]);
    expect(refusal(() => parse(latin1)).code).toBe('TICKETS_ENCODING');
  });

  it('refuses what is beyond its limits instead of cutting it', () => {
    const csv = 'text,category\naaaaaaaaaa,b\nc,d\n';
    expect(refusal(() => parse(csv, { maxBytes: 10 })).code).toBe('TICKETS_TOO_LARGE');
    expect(refusal(() => parse(csv, { maxRows: 1 })).code).toBe('TICKETS_TOO_LARGE');
    expect(refusal(() => parse(csv, { maxTextLength: 9 })).code).toBe('TICKETS_TEXT_TOO_LONG');
  });

  it('never repeats the text of a ticket in a message', () => {
    const { message } = refusal(() => parse('text,category\nmy iban is secret,\n'));
    expect(message).not.toContain('iban');
  });
});

describe('assertTrainable', () => {
  it('names the class that has one example', () => {
    const tickets = [...generateTickets(3, 1), { text: 'x', category: 'rare' }];
    const refused = refusal(() => assertTrainable({ file: 'a.csv', tickets }));
    expect(refused.code).toBe('TICKETS_CLASS_TOO_SMALL');
    expect(refused.message).toContain('"rare" (1)');
  });

  it('refuses a single class and no rows', () => {
    const tickets = [{ text: 'x', category: 'a' }];
    expect(refusal(() => assertTrainable({ file: 'a', tickets })).code).toBe('TICKETS_ONE_CLASS');
    expect(refusal(() => assertTrainable({ file: 'a', tickets: [] })).code).toBe('TICKETS_NO_ROWS');
  });
});

describe('splits', () => {
  const tickets = generateTickets(40, 'splits');
  const key = (all: readonly { text: string; category: string }[]): string[] =>
    all.map(({ text, category }) => `${category}/${text}`).sort();

  it('holds out a tenth of every class, the same for the same seed', () => {
    const split = splitHeldOut({ tickets, seed: 7 });
    expect([...countByCategory(split.heldOut).values()]).toEqual([4, 4, 4, 4, 4]);
    expect(key([...split.train, ...split.heldOut])).toEqual(key(tickets));
    expect(splitHeldOut({ tickets, seed: 7 })).toEqual(split);
    expect(splitHeldOut({ tickets, seed: 8 })).not.toEqual(split);
  });

  it('leaves every class at least one example to train on', () => {
    const pairs = generateTickets(1, 1);
    const { train, heldOut } = splitHeldOut({ tickets: pairs, seed: 1, fraction: 0.9 });
    expect(train).toHaveLength(5);
    expect(heldOut).toHaveLength(0);
  });

  it('deals every ticket to exactly one participant', () => {
    const partition = fc.oneof(
      fc.constant({ kind: 'iid' } as const),
      fc.record({
        kind: fc.constant('dirichlet' as const),
        alpha: fc.double({ min: 0.3, max: 50, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        partition,
        fc.nat(),
        (participants, how, seed) => {
          const parts = partitionTickets({
            tickets,
            participants,
            partition: how,
            seed,
            minTickets: 1,
          });
          expect(parts).toHaveLength(participants);
          expect(key(parts.flat())).toEqual(key(tickets));
          expect(Math.min(...parts.map((part) => part.length))).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('skews labels more at a small alpha than at a large one', () => {
    const skew = (alpha: number): number => {
      const partition = { kind: 'dirichlet', alpha } as const;
      const parts = partitionTickets({
        tickets,
        participants: 4,
        partition,
        seed: 3,
        minTickets: 1,
      });
      const largest = parts.map(
        (part) => Math.max(...countByCategory(part).values()) / part.length,
      );
      return largest.reduce((sum, share) => sum + share, 0) / parts.length;
    };
    expect(skew(0.3)).toBeGreaterThan(skew(100) + 0.1);
  });

  it('refuses a partition that can not be had', () => {
    const few = generateTickets(1, 1);
    const options = { tickets: few, participants: 6, partition: { kind: 'iid' }, seed: 1 } as const;
    expect(refusal(() => partitionTickets(options)).code).toBe('PARTITION_INVALID');
    for (const text of ['dirichlet', 'dirichlet:0', 'dirichlet:-1', 'random', 'dirichlet:x'])
      expect(refusal(() => parsePartition(text)).code).toBe('PARTITION_INVALID');
    expect(parsePartition('dirichlet:0.5')).toEqual({ kind: 'dirichlet', alpha: 0.5 });
  });

  it('sorts categories by code unit whatever their order in the file', () => {
    expect(categoriesOf([...tickets].reverse())).toEqual(categoriesOf(tickets));
  });
});
