/** What a cell may hold before a schema gives it a meaning; `undefined` and `null` are empty. */
export type Cell = string | number | bigint | boolean | null | undefined;

/** A table as it was read, column by column. */
export interface RawTable {
  /** Names the source in messages. */
  readonly file: string;
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ArrayLike<Cell>>;
}
