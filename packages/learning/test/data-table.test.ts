import { describe, expect, it } from 'vitest';
import {
  assertClassesTrainable,
  encodeTable,
  featureWidth,
  parseCsvTable,
  parseTableSchema,
  ticketsFromTable,
} from '../src/index.ts';
import { refusalOf } from './refusal.ts';

const SCHEMA = parseTableSchema({
  format: 'ddai-table-1',
  columns: [
    { kind: 'key', name: 'id' },
    { kind: 'numeric', name: 'age', lower: 0, upper: 100, mean: 40, deviation: 20, empty: 40 },
    { kind: 'categorical', name: 'plan', values: ['basic', 'pro'] },
    { kind: 'target', name: 'left', task: 'binary', values: ['no', 'yes'] },
  ],
});

const read = (content: string): ReturnType<typeof parseCsvTable> =>
  parseCsvTable({ file: 'site.csv', content });

describe('a table with a schema', () => {
  it('becomes standardised and one-hot features and class indices', () => {
    const table = read('plan,left,id,age\npro,yes,1,60\nbasic,no,2,\nother,no,3,900\n');
    const { features, width, targets } = encodeTable(table, SCHEMA);
    expect(width).toBe(4);
    expect([...features]).toEqual([1, 0, 1, 0, 0, 1, 0, 0, 3, 0, 0, 1]);
    expect([...targets]).toEqual([1, 0, 0]);
  });

  it('marks the bin of a number where bins were agreed', () => {
    const schema = parseTableSchema({
      format: 'ddai-table-1',
      columns: [
        { kind: 'numeric', name: 'x', lower: 0, upper: 10, mean: 0, deviation: 1, bins: [2, 5] },
        { kind: 'target', name: 'y', task: 'number', lower: 0, upper: 9 },
      ],
    });
    const table = read('x,y\n1,0\n2,0\n7,0\n');
    expect([...encodeTable(table, schema).features]).toEqual([1, 1, 0, 0, 2, 0, 1, 0, 7, 0, 0, 1]);
  });

  it('scales by the uniform distribution over the bounds where no scale was agreed', () => {
    const schema = parseTableSchema({
      format: 'ddai-table-1',
      columns: [
        { kind: 'numeric', name: 'x', lower: -1, upper: 1 },
        { kind: 'target', name: 'y', task: 'number', lower: 0, upper: 9 },
      ],
    });
    const { features, targets } = encodeTable(read('x,y\n1,2.5\n-1,3e0\n'), schema);
    expect(features[0]).toBeCloseTo(Math.sqrt(3), 6);
    expect(features[1]).toBeCloseTo(-Math.sqrt(3), 6);
    expect([...targets]).toEqual([2.5, 3]);
  });

  it('reads numbered pixel columns as one image a row', () => {
    const schema = parseTableSchema({
      format: 'ddai-table-1',
      columns: [
        { kind: 'target', name: 'label', task: 'class', values: ['0', '1', '2'] },
        { kind: 'pixels', name: 'p', from: 1, count: 3, maximum: 255 },
      ],
    });
    const { features, width, targets } = encodeTable(read('label,p1,p2,p3\n2,0,51,255\n'), schema);
    expect(width).toBe(3);
    expect(features[1]).toBeCloseTo(0.2, 6);
    expect([...targets]).toEqual([2]);
    expect(featureWidth(schema)).toBe(3);
  });

  it.each([
    [
      'id,age,plan,left\n1,old,pro,yes\n',
      'TABLE_CELL_INVALID',
      { row: 1, column: 'age', value: 'old' },
    ],
    [
      'id,age,plan,left\n1,1,pro,yes\n2,NaN,pro,no\n',
      'TABLE_CELL_INVALID',
      { row: 2, column: 'age' },
    ],
    ['id,age,plan,left\n1,0x10,pro,yes\n', 'TABLE_CELL_INVALID', { value: '0x10' }],
    ['id,age,plan,left\n1,1e999,pro,yes\n', 'TABLE_CELL_INVALID', { value: '1e999' }],
    ['id,age,plan,left\n1,1,pro,maybe\n', 'TABLE_CELL_INVALID', { column: 'left', value: 'maybe' }],
    ['id,age,plan,left\n1,1,pro,\n', 'TABLE_CELL_INVALID', { column: 'left', value: '' }],
    ['id,plan,left\n1,pro,yes\n', 'TABLE_COLUMN_MISSING', { column: 'age' }],
    ['id,age,plan,left,iban\n1,1,pro,yes,DE\n', 'TABLE_COLUMN_UNKNOWN', { column: 'iban' }],
    ['id,age,plan,left\n', 'TABLE_NO_ROWS', { file: 'site.csv' }],
  ])('refuses %j with %s', async (content, code, fields) => {
    const error = await refusalOf(() => encodeTable(read(content), SCHEMA));
    expect(error.code).toBe(code);
    expect(error.fields).toMatchObject(fields);
  });

  it.each([
    ['a,a\n1,2\n', /two columns are named "a"/],
    ['a,,b\n1,2,3\n', /column 2 has no name/],
    ['a,b\n1,2\n3\n', /line 3/],
    ['a,b\n"1,2\n', /CSV_QUOTE_NOT_CLOSED/],
    ['', /empty file/],
  ])('refuses the CSV %j', async (content, message) => {
    const error = await refusalOf(() => read(content));
    expect(error.code).toBe('TABLE_MALFORMED');
    expect(error.message).toMatch(message);
  });

  it('refuses bytes that are not UTF-8', async () => {
    const content = new Uint8Array([0x61, 0x0a, 0xff, 0xfe]);
    const error = await refusalOf(() => parseCsvTable({ file: 'x', content }));
    expect(error.code).toBe('TABLE_MALFORMED');
  });

  it.each([
    [{ maxBytes: 5 }, 'bytes'],
    [{ maxRows: 1 }, 'rows'],
    [{ maxColumns: 1 }, 'columns'],
    [{ maxCells: 3 }, 'cells'],
  ])('refuses a file beyond %j', async (limits, what) => {
    const content = 'a,b\n1,2\n3,4\n';
    const error = await refusalOf(() => parseCsvTable({ file: 'x', content, limits }));
    expect(error.code).toBe('TABLE_TOO_LARGE');
    expect(error.fields).toMatchObject({ what });
  });

  it('gives tickets when its columns are text and category', async () => {
    const table = read('category,text\ncards,my card is gone\n');
    expect(ticketsFromTable(table)).toEqual([{ text: 'my card is gone', category: 'cards' }]);
    const error = await refusalOf(() => ticketsFromTable(read('category,text\ncards,\n')));
    expect(error).toMatchObject({ code: 'TICKETS_TEXT_EMPTY', fields: { row: 1 } });
  });
});

describe('classes', () => {
  const classes = ['a', 'b', 'c'];

  it('must be two or more, each with rows to learn and to check', async () => {
    const one = await refusalOf(() =>
      assertClassesTrainable({ file: 'x', classes, targets: [1, 1, 1] }),
    );
    expect(one.code).toBe('TABLE_ONE_CLASS');
    const small = await refusalOf(() =>
      assertClassesTrainable({ file: 'x', classes, targets: [1, 1, 0, 0, 2] }),
    );
    expect(small.code).toBe('TABLE_CLASS_TOO_SMALL');
    expect(small.message).toContain('"c"');
  });

  it('may be absent', () => {
    assertClassesTrainable({ file: 'x', classes, targets: [1, 1, 0, 0] });
  });
});

describe('a table schema from a file', () => {
  const target = { kind: 'target', name: 'y', task: 'binary', values: ['no', 'yes'] };
  const x = { kind: 'numeric', name: 'x', lower: 0, upper: 1 };
  const wrap = (...columns: unknown[]): unknown => ({ format: 'ddai-table-1', columns });

  it.each([
    ['no object', null, 'schema'],
    ['another format', { format: '2', columns: [x, target] }, 'format'],
    ['an unknown key', { format: 'ddai-table-1', columns: [x, target], extra: 1 }, 'schema'],
    ['no target', wrap(x), 'columns'],
    ['two targets', wrap(x, target, { ...target, name: 'z' }), 'columns'],
    ['no features', wrap(target), 'columns'],
    ['a column twice', wrap(x, x, target), 'columns'],
    ['an unknown kind', wrap({ kind: 'date', name: 'd' }, target), 'columns[0].kind'],
    ['a kind of Object.prototype', wrap({ kind: 'toString', name: 'd' }), 'columns[0].kind'],
    ['an unknown field', wrap({ ...x, uper: 2 }, target), 'columns[0]'],
    ['bounds that are no interval', wrap({ ...x, upper: 0 }, target), 'columns[0].lower'],
    ['bounds without end', wrap({ ...x, upper: Infinity }, target), 'columns[0].upper'],
    ['a deviation of 0', wrap({ ...x, deviation: 0 }, target), 'columns[0].deviation'],
    ['bins that descend', wrap({ ...x, bins: [5, 2] }, target), 'columns[0].bins'],
    ['a value twice', wrap(x, { ...target, values: ['a', 'a'] }), 'columns[1].values'],
    ['one class', wrap(x, { ...target, task: 'class', values: ['a'] }), 'columns[1].values'],
    [
      'three values of a binary',
      wrap(x, { ...target, values: ['a', 'b', 'c'] }),
      'columns[1].values',
    ],
    [
      'too many pixels',
      wrap({ kind: 'pixels', name: 'p', from: 0, count: 1e9, maximum: 1 }, target),
      'columns[0].count',
    ],
    [
      'shares that are no whole',
      wrap({ ...x, reference: { edges: [0.5], shares: [0.5, 0.6] } }, target),
      'columns[0].reference.shares',
    ],
    [
      'edges out of order',
      wrap({ ...x, reference: { edges: [2, 1], shares: [0.5, 0.5, 0] } }, target),
      'columns[0].reference.edges',
    ],
  ])('is refused with %s', async (_, input, field) => {
    const error = await refusalOf(() => parseTableSchema(input));
    expect(error).toMatchObject({ code: 'TABLE_SCHEMA_INVALID', fields: { field } });
  });
});
