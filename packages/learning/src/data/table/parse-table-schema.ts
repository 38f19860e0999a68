import { learningError } from '../../errors.ts';
import {
  featureWidth,
  fileColumns,
  type NumericReference,
  type TableColumn,
  type TableSchema,
  type TargetColumn,
} from './table-schema.ts';

/** A schema is written by people and read by every partner. */
const MAX_COLUMNS = 4_096;
const MAX_VALUES = 1_024;
const MAX_FEATURES = 65_536;
const MAX_NAME_LENGTH = 200;
const MAX_EDGES = 100;
/** How far the shares of a reference may be from 1 together. */
const SHARE_SLACK = 1e-3;

const FIELDS: Readonly<Record<TableColumn['kind'], readonly string[]>> = {
  numeric: ['lower', 'upper', 'mean', 'deviation', 'empty', 'bins', 'reference'],
  categorical: ['values', 'reference'],
  pixels: ['from', 'count', 'maximum'],
  target: ['task', 'values', 'lower', 'upper'],
  key: [],
  ignored: [],
};

/**
 * Checks a schema that came from a file or a partner, unknown fields included.
 * @throws {DdaiError} `TABLE_SCHEMA_INVALID` names the field and what was expected.
 */
export function parseTableSchema(input: unknown): TableSchema {
  const whole = record(input, 'schema', ['format', 'columns']);
  if (whole.format !== 'ddai-table-1') refuse('format', '"ddai-table-1"');
  const columns = list(whole.columns, 'columns', MAX_COLUMNS).map((column, i) =>
    parseColumn(column, `columns[${i}]`),
  );
  const schema: TableSchema = { format: 'ddai-table-1', columns };
  const targets = columns.filter(({ kind }) => kind === 'target');
  if (targets.length !== 1) refuse('columns', `exactly one target, found ${targets.length}`);
  const width = featureWidth(schema);
  if (width === 0 || width > MAX_FEATURES) {
    refuse('columns', `1 to ${MAX_FEATURES} features, found ${width}`);
  }
  const seen = new Set<string>();
  for (const name of columns.flatMap(fileColumns)) {
    if (seen.has(name)) refuse('columns', `every column once, found "${name}" twice`);
    seen.add(name);
  }
  return schema;
}

function parseColumn(input: unknown, at: string): TableColumn {
  const kind = (input as { kind?: unknown } | null | undefined)?.kind;
  if (typeof kind !== 'string' || !Object.hasOwn(FIELDS, kind)) {
    refuse(`${at}.kind`, Object.keys(FIELDS).join(', '));
  }
  const known = kind as TableColumn['kind'];
  const fields = record(input, at, ['kind', 'name', ...FIELDS[known]]);
  const name = text(fields.name, `${at}.name`);
  if (known === 'key' || known === 'ignored') return { kind: known, name };
  if (known === 'categorical') {
    const values = texts(fields.values, `${at}.values`, 1);
    if (fields.reference === undefined) return { kind: known, name, values };
    const reference = shares(fields.reference, `${at}.reference`, values.length + 1);
    return { kind: known, name, values, reference };
  }
  if (known === 'pixels') {
    const from = whole(fields.from, `${at}.from`, 0);
    const count = whole(fields.count, `${at}.count`, 1);
    const maximum = finite(fields.maximum, `${at}.maximum`);
    if (maximum <= 0) refuse(`${at}.maximum`, 'a number above 0');
    return { kind: known, name, from, count, maximum };
  }
  return known === 'target' ? parseTarget(fields, name, at) : parseNumeric(fields, name, at);
}

function parseNumeric(fields: Fields, name: string, at: string): TableColumn {
  const [lower, upper] = bounds(fields, at);
  const optional = (key: 'mean' | 'deviation' | 'empty'): Record<string, number> =>
    fields[key] === undefined ? {} : { [key]: finite(fields[key], `${at}.${key}`) };
  const column = { kind: 'numeric', name, lower, upper } as const;
  const extras = { ...optional('mean'), ...optional('deviation'), ...optional('empty') };
  if (extras.deviation !== undefined && extras.deviation <= 0) {
    refuse(`${at}.deviation`, 'a number above 0');
  }
  return {
    ...column,
    ...extras,
    ...(fields.bins === undefined ? {} : { bins: edges(fields.bins, `${at}.bins`) }),
    ...(fields.reference === undefined
      ? {}
      : { reference: histogram(fields.reference, `${at}.reference`) }),
  };
}

function parseTarget(fields: Fields, name: string, at: string): TargetColumn {
  const { task } = fields;
  if (task === 'number') {
    const [lower, upper] = bounds(fields, at);
    return { kind: 'target', name, task, lower, upper };
  }
  if (task !== 'class' && task !== 'binary') refuse(`${at}.task`, 'class, binary or number');
  const values = texts(fields.values, `${at}.values`, 2);
  if (task === 'binary' && values.length !== 2) refuse(`${at}.values`, 'two values');
  return { kind: 'target', name, task: task as 'class' | 'binary', values };
}

type Fields = Readonly<Record<string, unknown>>;

function record(input: unknown, at: string, known: readonly string[]): Fields {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) refuse(at, 'an object');
  const unknownKey = Object.keys(input as object).find((key) => !known.includes(key));
  if (unknownKey !== undefined) {
    refuse(at, `only ${known.join(', ')}, found "${unknownKey.slice(0, 40)}"`);
  }
  // A copy of own fields: nothing of Object.prototype is read by name.
  return { __proto__: null, ...(input as object) } as unknown as Fields;
}

function list(input: unknown, at: string, most: number): readonly unknown[] {
  if (!Array.isArray(input) || input.length === 0 || input.length > most) {
    refuse(at, `a list of 1 to ${most}`);
  }
  return input as unknown[];
}

function text(input: unknown, at: string): string {
  if (typeof input === 'string' && input.length > 0 && input.length <= MAX_NAME_LENGTH)
    return input;
  return refuse(at, `text of 1 to ${MAX_NAME_LENGTH} characters`);
}

function texts(input: unknown, at: string, least: number): string[] {
  const values = list(input, at, MAX_VALUES).map((value, i) =>
    value === '' ? '' : text(value, `${at}[${i}]`),
  );
  if (values.length < least || new Set(values).size !== values.length) {
    refuse(at, `${least} or more values, each once`);
  }
  return values;
}

function finite(input: unknown, at: string): number {
  return typeof input === 'number' && Number.isFinite(input) ? input : refuse(at, 'a number');
}

function whole(input: unknown, at: string, least: number): number {
  const value = finite(input, at);
  if (Number.isInteger(value) && value >= least && value <= MAX_FEATURES) return value;
  return refuse(at, `a whole number from ${least} to ${MAX_FEATURES}`);
}

function bounds(fields: Fields, at: string): readonly [number, number] {
  const lower = finite(fields.lower, `${at}.lower`);
  const upper = finite(fields.upper, `${at}.upper`);
  if (!(lower < upper)) refuse(`${at}.lower`, 'below upper');
  return [lower, upper];
}

function histogram(input: unknown, at: string): NumericReference {
  const fields = record(input, at, ['edges', 'shares']);
  const between = edges(fields.edges, `${at}.edges`);
  return { edges: between, shares: shares(fields.shares, `${at}.shares`, between.length + 1) };
}

function edges(input: unknown, at: string): number[] {
  const found = list(input, at, MAX_EDGES).map((edge, i) => finite(edge, `${at}[${i}]`));
  if (found.some((edge, i) => i > 0 && edge <= (found[i - 1] as number)))
    refuse(at, 'ascending numbers');
  return found;
}

function shares(input: unknown, at: string, length: number): number[] {
  const found = list(input, at, MAX_VALUES + 1).map((share, i) => finite(share, `${at}[${i}]`));
  const total = found.reduce((sum, share) => sum + share, 0);
  if (found.length !== length || found.some((s) => s < 0) || Math.abs(total - 1) > SHARE_SLACK) {
    refuse(at, `${length} shares from 0 that sum to 1`);
  }
  return found;
}

function refuse(field: string, expected: string): never {
  throw learningError({
    code: 'TABLE_SCHEMA_INVALID',
    message: `table schema: ${field} must be ${expected}`,
    remedy: 'Correct the schema; docs/reference/table-schema.md describes every field.',
    fields: { field },
  });
}
