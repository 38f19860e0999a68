import { createSeededRandom } from '@ddai/core';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { assertRunsBounded } from '../src/data/parquet/assert-runs-bounded.ts';
import { assertThriftBounded } from '../src/data/parquet/assert-thrift-bounded.ts';
import { parseParquetTable } from '../src/index.ts';
import { refusalOf } from './refusal.ts';

type WriteOptions = Parameters<typeof parquetWriteBuffer>[0];

function write(
  columnData: WriteOptions['columnData'],
  more: Partial<WriteOptions> = {},
): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData, ...more }));
}

const read = (content: Uint8Array, limits = {}): ReturnType<typeof parseParquetTable> =>
  parseParquetTable({ file: 'site.parquet', content, limits });

const SAMPLE: WriteOptions['columnData'] = [
  { name: 'age', data: [31, 42, 53, 64], type: 'INT32' },
  { name: 'charge', data: [1.5, 2.5, null, 4.5], type: 'DOUBLE', nullable: true },
  { name: 'plan', data: ['pro', 'basic', 'pro', 'pro'], type: 'STRING' },
  { name: 'active', data: [true, false, true, true], type: 'BOOLEAN' },
  { name: 'count', data: [1n, 2n, 3n, 4n], type: 'INT64' },
];

describe('a parquet table', () => {
  it.each(['SNAPPY', 'UNCOMPRESSED'] as const)('is read column by column, %s', async (codec) => {
    const table = await read(write(SAMPLE, { codec }));
    expect(table.rows).toBe(4);
    expect(Object.fromEntries([...table.columns].map(([n, c]) => [n, [...Array.from(c)]]))).toEqual(
      {
        age: [31, 42, 53, 64],
        charge: [1.5, 2.5, undefined, 4.5],
        plan: ['pro', 'basic', 'pro', 'pro'],
        active: [true, false, true, true],
        count: [1n, 2n, 3n, 4n],
      },
    );
  });

  it('is read over many pages and row groups with dictionaries and empty cells', async () => {
    const rows = 5_000;
    const random = createSeededRandom(1);
    const words = ['alpha', 'beta', 'gamma', ''];
    const data = Array.from({ length: rows }, () =>
      random.next() < 0.2 ? null : (words[random.below(4)] as string),
    );
    const numbers = Array.from({ length: rows }, () => random.next());
    const content = write(
      [
        { name: 'word', data, type: 'STRING', nullable: true },
        { name: 'number', data: numbers, type: 'DOUBLE' },
      ],
      { rowGroupSize: 1_200, pageSize: 512 },
    );
    const table = await read(content);
    expect(Array.from(table.columns.get('word') ?? [])).toEqual(data.map((v) => v ?? undefined));
    expect(Array.from(table.columns.get('number') ?? [])).toEqual(numbers);
  });

  it.each(['INT32', 'INT64', 'FLOAT'] as const)(
    'is read with other encodings of %s',
    async (type) => {
      const data = Array.from({ length: 300 }, (_, i) =>
        type === 'INT64' ? BigInt(i * 7) : i * 7,
      );
      for (const encoding of ['PLAIN', 'DELTA_BINARY_PACKED', 'BYTE_STREAM_SPLIT'] as const) {
        if (type === 'FLOAT' && encoding === 'DELTA_BINARY_PACKED') continue;
        const table = await read(write([{ name: 'x', data, type, encoding }]));
        expect(Array.from(table.columns.get('x') ?? [])).toEqual(data);
      }
    },
  );

  it('holds dates as ISO 8601 and never bytes as text', async () => {
    const at = new Date('2026-01-02T03:04:05.000Z');
    const table = await read(
      write([
        { name: 'at', data: [at], type: 'TIMESTAMP' },
        { name: 'raw', data: [new Uint8Array([0, 1, 255])], type: 'BYTE_ARRAY' },
      ]),
    );
    expect(table.columns.get('at')?.[0]).toBe('2026-01-02T03:04:05.000Z');
    expect(typeof table.columns.get('raw')?.[0]).toBe('string');
  });

  it('is refused when its columns are nested', async () => {
    const error = await refusalOf(() =>
      read(
        write([{ name: 'list', data: [[1, 2], [3]] }], {
          schema: [
            { name: 'root', num_children: 1 },
            { name: 'list', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
            { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
            { name: 'element', repetition_type: 'OPTIONAL', type: 'INT32' },
          ],
        }),
      ),
    );
    expect(error).toMatchObject({ code: 'TABLE_MALFORMED' });
    expect(error.message).toContain('nested');
  });

  it.each([{ maxRows: 3 }, { maxColumns: 4 }, { maxCells: 19 }, { maxBytes: 10 }])(
    'is refused beyond %j',
    async (limits) => {
      const error = await refusalOf(() => read(write(SAMPLE), limits));
      expect(error.code).toBe('TABLE_TOO_LARGE');
    },
  );
});

describe('a damaged parquet file', () => {
  const sound = write(SAMPLE);

  it('cut anywhere is refused with a code', async () => {
    for (let length = 0; length < sound.length; length += 7) {
      const error = await refusalOf(() => read(sound.subarray(0, length)));
      expect(error.code).toBe('TABLE_MALFORMED');
    }
  });

  it('with any bytes changed is refused with a code or read, and never takes the process down', async () => {
    const compressed = write(SAMPLE, { codec: 'SNAPPY', pageSize: 64 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(compressed.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 6,
        }),
        async (changes) => {
          const content = compressed.slice();
          for (const [at, value] of changes) content[at] = value;
          try {
            const table = await read(content);
            for (const cells of table.columns.values()) expect(cells.length).toBe(table.rows);
          } catch (error) {
            expect(['TABLE_MALFORMED', 'TABLE_TOO_LARGE']).toContain(
              (error as { code?: string }).code,
            );
          }
        },
      ),
      { seed: 4, numRuns: 2_000 },
    );
  });
});

describe('a claim made to exhaust memory', () => {
  it('of a list longer than the file is refused before it is built', () => {
    // Field 1: a list of 2^31 − 1 structures.
    const bytes = new Uint8Array([0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0, 0, 0]);
    expect(() => assertThriftBounded(bytes, 0)).toThrow(/longer than the file/);
  });

  it('of structures within structures without end is refused', () => {
    expect(() => assertThriftBounded(new Uint8Array(100_000).fill(0x1c), 0)).toThrow(/nested/);
    expect(() => assertThriftBounded(new Uint8Array(100_000).fill(0x19), 0)).toThrow(/nested/);
  });

  it('of two billion values in one run is refused', () => {
    const bytes = new Uint8Array([0xfe, 0xff, 0xff, 0xff, 0x0f, 1]);
    const run = { bytes, start: 0, end: 6, bitWidth: 1, atMost: 4 };
    expect(() => assertRunsBounded(run)).toThrow(/claims 2147483647 values/);
  });

  it('of pages that unpack to far more than the file is refused before they are unpacked', async () => {
    const data = new Array<string>(200).fill('a'.repeat(18_000));
    const content = write([{ name: 'x', data, type: 'STRING', encoding: 'PLAIN' }]);
    expect(content.length).toBeLessThan(400_000);
    const error = await refusalOf(() => read(content, { maxBytes: content.length }));
    expect(error.code).toBe('TABLE_MALFORMED');
    expect(error.message).toMatch(/unpack to \d+ bytes/);
  });

  it('of more values in a page than its row group has is refused', async () => {
    const data = Array.from({ length: 300 }, (_, i) => i);
    const content = write([{ name: 'x', data, type: 'INT32', encoding: 'PLAIN' }]);
    expect((await read(content)).rows).toBe(300);
    // The first field of the page's own header, an i32: 300 in zigzag, two bytes of varint.
    const at = content.findIndex(
      (byte, i) => byte === 0x15 && content[i + 1] === 0xd8 && content[i + 2] === 0x04,
    );
    content.set([0xfe, 0x7f], at + 1);
    const error = await refusalOf(() => read(content));
    expect(error.message).toMatch(/claims 8191 values/);
  });
});
