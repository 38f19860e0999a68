/** One bar of a benchmark: what was measured, what it must reach, and a reference from the same run. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: { readonly atLeast: number } | { readonly atMost: number };
  /** Something else measured on the same machine in the same run; none where nothing compares. */
  readonly reference?: { readonly name: string; readonly value: number };
}

/** A bar as it is written to a file. */
export interface BarRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: string;
  readonly reference: string | null;
  readonly ratio: number | null;
  readonly holds: boolean;
}

export function barToRow({ name, value, unit, bound, reference }: Bar): BarRow {
  const [sign, limit] = 'atLeast' in bound ? ['≥', bound.atLeast] : ['≤', bound.atMost];
  return {
    name,
    value,
    unit,
    bound: `${sign} ${format(Number(limit))}`,
    reference: reference === undefined ? null : `${reference.name} ${format(reference.value)}`,
    ratio: reference === undefined ? null : value / reference.value,
    holds: 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost,
  };
}

/** A table for people. */
export function renderRows(rows: readonly BarRow[]): string {
  const cells = rows.map(({ name, value, unit, bound, reference, ratio, holds }) => [
    holds ? '✓' : '✗',
    name,
    format(value),
    unit,
    bound,
    reference ?? '–',
    ratio === null ? '–' : ratio.toFixed(2),
  ]);
  const table = [['', 'bar', 'value', 'unit', 'bound', 'reference, same run', 'ratio'], ...cells];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function format(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(4)));
}
