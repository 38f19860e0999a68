import { DdaiError } from '@ddai/core';
import {
  DEFAULT_TABLE_LIMITS,
  DEFAULT_TICKET_LIMITS,
  parseCsvTable,
  parseParquetTable,
  parseTickets,
  type RawTable,
  type Ticket,
} from '@ddai/learning';
import { readFileLimited } from '@ddai/storage';
import type { Dataset } from './training-worker.ts';

/**
 * The data sets beside this node, by name. They are read before it joins anything.
 * @throws {DdaiError} `DATASET_FLAG_INVALID`, `FILE_…`, `TICKETS_…`, `TABLE_…`
 */
export async function readDatasets(flags: {
  readonly dataset: readonly string[];
  readonly table: readonly string[];
}): Promise<ReadonlyMap<string, Dataset>> {
  const datasets = new Map<string, Dataset>();
  const add = (flag: string, name: string, dataset: Dataset): void => {
    if (datasets.has(name))
      throw new DdaiError({
        code: 'DATASET_FLAG_INVALID',
        message: `${flag} ${name}: two data sets are called so`,
      });
    datasets.set(name, dataset);
  };
  for (const value of flags.dataset) {
    const { name, train, heldOut } = parseFlag('--dataset', value);
    add('--dataset', name, {
      train: readTickets(train),
      heldOut: heldOut === undefined ? [] : readTickets(heldOut),
    });
  }
  for (const value of flags.table) {
    const { name, train, heldOut } = parseFlag('--table', value);
    add('--table', name, {
      train: await readTable(train),
      heldOut: heldOut === undefined ? undefined : await readTable(heldOut),
    });
  }
  return datasets;
}

/** `NAME=TRAIN` or `NAME=TRAIN,HELDOUT`. */
function parseFlag(
  flag: string,
  value: string,
): { readonly name: string; readonly train: string; readonly heldOut: string | undefined } {
  const match = /^([A-Za-z0-9._-]{1,64})=([^,]+)(?:,(.+))?$/.exec(value);
  const [, name, train, heldOut] = match ?? [];
  if (name === undefined || train === undefined)
    throw new DdaiError({
      code: 'DATASET_FLAG_INVALID',
      message: `${flag} ${value}: expected NAME=TRAIN.csv or NAME=TRAIN.csv,HELDOUT.csv`,
    });
  return { name, train, heldOut };
}

function readTickets(path: string): Ticket[] {
  return parseTickets({
    file: path,
    content: readFileLimited(path, DEFAULT_TICKET_LIMITS.maxBytes),
  });
}

async function readTable(path: string): Promise<RawTable> {
  const content = readFileLimited(path, DEFAULT_TABLE_LIMITS.maxBytes);
  return /\.parquet$/i.test(path)
    ? parseParquetTable({ file: path, content })
    : parseCsvTable({ file: path, content });
}
