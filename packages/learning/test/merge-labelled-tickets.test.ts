import { isDdaiError, utf8ToBytes } from '@ddai/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LabelledTicket, mergeLabelledTickets, parseTickets } from '../src/index.ts';

const merge = (content: string | undefined, tickets: LabelledTicket[]) => {
  const bytes = content === undefined ? undefined : utf8ToBytes(content);
  const merged = mergeLabelledTickets({ file: 't.csv', content: bytes, tickets });
  return { ...merged, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(merged.content) };
};
const router: LabelledTicket = {
  completion: 'chatcmpl_1',
  text: 'router is dead, again',
  labels: { category: 'outage', priority: 'high' },
};

describe('mergeLabelledTickets', () => {
  it('makes a file that is read as tickets of each task', () => {
    const { text, added } = merge(undefined, [router]);
    expect(text).toBe(
      'text,category,priority,completion\n"router is dead, again",outage,high,chatcmpl_1\n',
    );
    expect(added).toBe(1);
    for (const [labelColumn, category] of [
      ['category', 'outage'],
      ['priority', 'high'],
    ] as const)
      expect(parseTickets({ file: 't.csv', content: text, labelColumn })).toEqual([
        { text: router.text, category },
      ]);
  });

  it('keeps what stood there, its bytes too where only rows are added', () => {
    const first = merge('text,category\r\n"a ""quoted"" one",x\r\n', [router]).text;
    const second = merge(first, [{ ...router, completion: 'chatcmpl_2' }]).text;

    expect(first).toBe(
      'text,category,priority,completion\r\n"a ""quoted"" one",x,,\r\n"router is dead, again",outage,high,chatcmpl_1\r\n',
    );
    expect(second.startsWith(first)).toBe(true);
    expect(
      merge('\uFEFFtext,category,priority,completion\na,b,,', [router]).text.startsWith(
        '\uFEFFtext,category,',
      ),
    ).toBe(true);
  });

  it('keeps the mark in front that some spreadsheets need, also with new columns', () => {
    const { content } = merge('\uFEFFtext,category\na,b\n', [router]);
    expect([...content.subarray(0, 4)]).toEqual([0xef, 0xbb, 0xbf, 't'.charCodeAt(0)]);
    expect(parseTickets({ file: 't.csv', content })).toHaveLength(2);
  });

  it('has one row a completion, in which the newest label of each task wins', () => {
    const { text, added, updated } = merge(merge(undefined, [router]).text, [
      { ...router, labels: { category: 'billing' } },
      { ...router, labels: { category: 'slow' } },
      { ...router, completion: 'chatcmpl_2', labels: { sentiment: 'angry' } },
    ]);
    expect({ added, updated }).toEqual({ added: 1, updated: 1 });
    expect(text).toBe(
      'text,category,priority,completion,sentiment\n"router is dead, again",slow,high,chatcmpl_1,\n"router is dead, again",,,chatcmpl_2,angry\n',
    );
  });

  it('changes nothing the second time, whatever the texts are', () => {
    const ticket = fc.record({
      completion: fc.stringMatching(/^chatcmpl_[0-9a-f]{4}$/),
      text: fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
        .filter((text) => text.trim() !== ''),
      labels: fc.dictionary(
        fc.constantFrom('category', 'topic', 'priority', 'sentiment'),
        fc.stringMatching(/^[a-z]{1,8}$/),
        { minKeys: 1 },
      ),
    });
    fc.assert(
      fc.property(fc.array(ticket, { minLength: 1, maxLength: 12 }), (tickets) => {
        const once = merge('text,category\nold,x\n', tickets);
        const last = new Map(tickets.map((one) => [one.completion, one.labels]));
        const newest = tickets.filter((one) => last.get(one.completion) === one.labels);
        const again = mergeLabelledTickets({
          file: 't.csv',
          content: once.content,
          tickets: newest,
        });
        expect(again.content).toBe(once.content);
        expect(once.added).toBe(last.size);
        const columns = ['category', 'topic', 'priority', 'sentiment'].filter((name) =>
          once.text.split('\n')[0]?.split(',').includes(name),
        );
        const rows = columns.map((labelColumn) =>
          parseTickets({ file: 't.csv', content: once.text, labelColumn }),
        );
        expect(rows.flat().length).toBeGreaterThan(last.size);
      }),
    );
  });

  it.each([
    ['no text column', 'ticket,category\na,b\n', 'TICKETS_COLUMN_MISSING'],
    ['a column twice', 'text,category,category\na,b,c\n', 'TICKETS_COLUMN_MISSING'],
    ['an open quote', 'text,category\n"a,b\n', 'TICKETS_MALFORMED'],
    ['a row too short', 'text,category\na\n', 'TICKETS_MALFORMED'],
    ['nothing in it', '', 'TICKETS_COLUMN_MISSING'],
  ])('refuses a file with %s', (_what, content, code) => {
    let found = 'accepted';
    try {
      merge(content, [router]);
    } catch (error) {
      found = isDdaiError(error) ? error.code : String(error);
    }
    expect(found).toBe(code);
  });

  it('cuts a text where no ticket is longer, so that the file can still be read', () => {
    const { text } = merge(undefined, [{ ...router, text: '"'.repeat(30_000) }]);
    expect(parseTickets({ file: 't.csv', content: text })[0]?.text).toHaveLength(20_000);
  });
});
