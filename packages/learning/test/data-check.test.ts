import { createSeededRandom } from '@ddai/core';
import { describe, expect, it } from 'vitest';
import {
  checkTable,
  type DataReport,
  driftThreshold,
  parseCsvTable,
  parseTableSchema,
  populationStability,
} from '../src/index.ts';

const DEMANDS = { minExamples: 50, minPerLabel: 5 };

const SCHEMA = parseTableSchema({
  format: 'ddai-table-1',
  columns: [
    { kind: 'key', name: 'customer' },
    {
      kind: 'numeric',
      name: 'charge',
      lower: 0,
      upper: 100,
      reference: { edges: [25, 50, 75], shares: [0.25, 0.25, 0.25, 0.25] },
    },
    { kind: 'categorical', name: 'plan', values: ['basic', 'pro'], reference: [0.5, 0.5, 0] },
    { kind: 'target', name: 'left', task: 'binary', values: ['no', 'yes'] },
  ],
});

interface Row {
  readonly customer: string;
  readonly charge: string;
  readonly plan: string;
  readonly left: string;
}

function generateRows(count: number, seed: number): Row[] {
  const random = createSeededRandom(seed);
  return Array.from({ length: count }, (_, i) => ({
    customer: `c-${i}`,
    charge: (random.next() * 100).toFixed(2),
    plan: random.next() < 0.5 ? 'basic' : 'pro',
    left: random.next() < 0.3 ? 'yes' : 'no',
  }));
}

function check(rows: readonly Row[], header = 'customer,charge,plan,left', more = ''): DataReport {
  const lines = rows.map((r) => `${r.customer},${r.charge},${r.plan},${r.left}${more}`);
  const table = parseCsvTable({ file: 'site.csv', content: `${[header, ...lines].join('\n')}\n` });
  return checkTable({ table, schema: SCHEMA, demands: DEMANDS });
}

describe('the check of a table before a job', () => {
  it('finds nothing in rows like the reference, at any of twenty sites', () => {
    for (let seed = 1; seed <= 20; seed++) {
      expect(check(generateRows(120, seed))).toEqual({ fits: true, rows: 120, findings: [] });
    }
  });

  it('names columns that drifted, in numbers and in values', () => {
    const rows = generateRows(400, 1).map((row) => ({
      ...row,
      charge: String(Number(row.charge) / 5),
      plan: 'pro',
    }));
    const { fits, findings } = check(rows);
    expect(fits).toBe(false);
    expect(findings.map(({ code }) => code)).toEqual([
      'DATA_COLUMN_DRIFTED',
      'DATA_COLUMN_DRIFTED',
    ]);
    expect(findings).toMatchObject([{ column: 'charge' }, { column: 'plan' }]);
  });

  it('counts what does not fit, and goes on after the first fault', () => {
    const rows = generateRows(60, 2).map((row, i) => ({
      ...row,
      charge: i % 10 === 0 ? 'n/a' : row.charge,
      left: i === 0 ? 'maybe' : i < 4 ? 'yes' : 'no',
    }));
    const { findings } = check(rows, 'customer,charge,plan,left,iban', ',DE00');
    expect(findings).toEqual([
      { code: 'DATA_COLUMN_UNKNOWN', columns: 1 },
      { code: 'DATA_CELL_INVALID', column: 'charge', share: 0.1 },
      { code: 'DATA_LABEL_UNKNOWN', labels: 1 },
      { code: 'DATA_LABEL_TOO_SMALL', label: 'yes', needed: 5 },
    ]);
  });

  it('finds missing columns, few rows and a single label', () => {
    const content = `plan,left\n${'pro,no\n'.repeat(49)}`;
    const table = parseCsvTable({ file: 'site.csv', content });
    const { findings, rows } = checkTable({
      table,
      schema: SCHEMA,
      demands: { ...DEMANDS, everyLabel: true },
    });
    expect(rows).toBe(40);
    expect(findings.map(({ code }) => code)).toEqual([
      'DATA_TOO_FEW_EXAMPLES',
      'DATA_COLUMN_MISSING',
      'DATA_COLUMN_DRIFTED',
      'DATA_ONE_LABEL',
      'DATA_LABEL_ABSENT',
    ]);
  });

  it('writes a report in which no cell of a marked row can be found', () => {
    const marks: Row[] = [
      { customer: 'MARK-KEY', charge: '73.912345', plan: 'MARK-PLAN', left: 'MARK-LABEL' },
      { customer: '4711-0815', charge: 'MARK-TEXT', plan: '90210', left: '31337' },
      { customer: '99999999', charge: '-8675309', plan: 'MARK,QUOTED', left: '271828' },
    ];
    const quoted = marks.map((row) => ({ ...row, plan: `"${row.plan}"` }));
    for (const rows of [quoted, [...generateRows(80, 3), ...quoted]]) {
      const text = JSON.stringify(
        check(rows, 'customer,charge,plan,left,MARK-COLUMN', ',MARK-CELL'),
      );
      for (const cell of [...marks.flatMap((row) => Object.values(row)), 'MARK']) {
        expect(text).not.toContain(cell);
      }
      expect(text).toContain('DATA_LABEL_UNKNOWN');
    }
  });

  it('writes the same report when one row among many is exchanged for an ordinary one', () => {
    const rows = generateRows(255, 4);
    const other = { ...(rows[17] as Row), charge: '3.14159', plan: 'basic' };
    expect(check(rows.with(17, other))).toEqual(check(rows));
  });
});

describe('the population stability index', () => {
  it('is the sum of (a − e) ln(a / e), worked by hand', () => {
    const expected = (0.6 - 0.5) * Math.log(0.6 / 0.5) + (0.4 - 0.5) * Math.log(0.4 / 0.5);
    expect(populationStability([6, 4], [0.5, 0.5])).toBeCloseTo(expected, 12);
    expect(populationStability([5, 5], [0.5, 0.5])).toBe(0);
  });

  it('is finite with empty bins', () => {
    expect(populationStability([10, 0], [0, 1])).toBeLessThan(20);
    expect(populationStability([0, 0], [0.5, 0.5])).toBe(0);
  });

  it('asks more of small samples: the 0.999 quantile of χ² over the rows', () => {
    // χ²(3) at 0.999 is 16.266; Wilson and Hilferty come within a percent.
    expect(driftThreshold({ rows: 50, bins: 4 }) * 50).toBeCloseTo(16.266, 0);
    expect(driftThreshold({ rows: 10_000, bins: 4 })).toBe(0.25);
  });
});
