/**
 * What the partners of a job agreed on about a table, before any of them shows a row. Everything
 * that training needs to know of the columns stands here, so nothing has to be learned from the rows
 * of one participant: bounds, values and scales are public.
 */
export interface TableSchema {
  readonly format: 'ddai-table-1';
  readonly columns: readonly TableColumn[];
}

export type TableColumn =
  | NumericColumn
  | CategoricalColumn
  | PixelColumns
  | TargetColumn
  | { readonly kind: 'key' | 'ignored'; readonly name: string };

/** Becomes one feature, (x − mean) / deviation with x clipped to the bounds, and one for each bin. */
export interface NumericColumn {
  readonly kind: 'numeric';
  readonly name: string;
  readonly lower: number;
  readonly upper: number;
  /** Default the middle of the bounds. */
  readonly mean?: number;
  /** Above 0. Default that of the uniform distribution over the bounds: (upper − lower) / √12. */
  readonly deviation?: number;
  /** Stands for an empty cell; without it an empty cell is refused. */
  readonly empty?: number;
  /** Ascending edges of bins, of which each is 1 for what lies in it: one more than edges. */
  readonly bins?: readonly number[];
  readonly reference?: NumericReference;
}

/** Becomes one feature a value, and a last one for values that were not agreed on. */
export interface CategoricalColumn {
  readonly kind: 'categorical';
  readonly name: string;
  /** An empty cell counts as the value `""` when that is one of them, else as unknown. */
  readonly values: readonly string[];
  /** Shares of the values and of the unknown ones, in that order, that partners expect. */
  readonly reference?: readonly number[];
}

/** `count` columns named `name` and a number from `from`: an image a row. Scaled to [0, 1]. */
export interface PixelColumns {
  readonly kind: 'pixels';
  readonly name: string;
  readonly from: number;
  readonly count: number;
  /** The value of full brightness. */
  readonly maximum: number;
}

/** What is to be predicted; exactly one. */
export type TargetColumn =
  | {
      readonly kind: 'target';
      readonly name: string;
      readonly task: 'class' | 'binary';
      /** The index of a value is its class; with `binary` two, the second is 1. */
      readonly values: readonly string[];
    }
  | {
      readonly kind: 'target';
      readonly name: string;
      readonly task: 'number';
      readonly lower: number;
      readonly upper: number;
    };

/** The histogram that partners expect: `shares[i]` of the rows below `edges[i]`, the last above. */
export interface NumericReference {
  /** Ascending. */
  readonly edges: readonly number[];
  /** One more than edges; they sum to 1. */
  readonly shares: readonly number[];
}

/** The one target of a schema, which every parsed one has. */
export function targetOf(schema: TableSchema): TargetColumn {
  return schema.columns.find((column) => column.kind === 'target') as TargetColumn;
}

/** Features that a schema's columns become together. */
export function featureWidth(schema: TableSchema): number {
  return schema.columns.reduce((width, column) => width + widthOf(column), 0);
}

/** Names of the columns in a file that a column of the schema stands for. */
export function fileColumns(column: TableColumn): string[] {
  if (column.kind !== 'pixels') return [column.name];
  return Array.from({ length: column.count }, (_, i) => `${column.name}${column.from + i}`);
}

/** Features that a column becomes. */
export function widthOf(column: TableColumn): number {
  if (column.kind === 'numeric') return column.bins === undefined ? 1 : column.bins.length + 2;
  if (column.kind === 'categorical') return column.values.length + 1;
  return column.kind === 'pixels' ? column.count : 0;
}
