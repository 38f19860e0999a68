import { DdaiError } from '@ddai/core';
import {
  DEFAULT_LABEL_COLUMN,
  DEFAULT_TABLE_LIMITS,
  DEFAULT_TICKET_LIMITS,
  isLabelColumn,
  parseCsvTable,
  parseParquetTable,
  parseTickets,
  type RawTable,
  type Ticket,
} from '@ddai/learning';
import { readFileLimited } from '@ddai/storage';
import type { OpenDataset } from './training-worker.ts';

/**
 * The data sets beside this node, by name. All are read once, before the node joins anything, and again
 * for each job: rows that were added meanwhile are trained on without a restart.
 * @throws {DdaiError} `DATASET_FLAG_INVALID`, `FILE_…`, `TICKETS_…`, `TABLE_…`
 */
export async function readDatasets(flags: {
  readonly dataset: readonly string[];
  readonly table: readonly string[];
}): Promise<ReadonlyMap<string, OpenDataset>> {
  const datasets = new Map<string, OpenDataset>();
  const add = async (flag: string, name: string, open: OpenDataset): Promise<void> => {
    if (datasets.has(name))
      throw new DdaiError({
        code: 'DATASET_FLAG_INVALID',
        message: `${flag} ${name}: two data sets are called so`,
      });
    await open();
    datasets.set(name, open);
  };
  for (const value of flags.dataset) {
    const { name, train, heldOut, labelColumn } = parseFlag('--dataset', value);
    await add('--dataset', name, async () => ({
      train: readTickets(train, labelColumn),
      heldOut: heldOut === undefined ? [] : readTickets(heldOut, labelColumn),
    }));
  }
  for (const value of flags.table) {
    const { name, train, heldOut } = parseFlag('--table', value);
    await add('--table', name, async () => ({
      train: await readTable(train),
      heldOut: heldOut === undefined ? undefined : await readTable(heldOut),
    }));
  }
  return datasets;
}

interface Flag {
  readonly name: string;
  readonly train: string;
  readonly heldOut: string | undefined;
  readonly labelColumn: string;
}

/** `NAME=TRAIN` or `NAME=TRAIN,HELDOUT`; of tickets also `NAME:COLUMN=…`. */
function parseFlag(flag: '--dataset' | '--table', value: string): Flag {
  const match = /^([A-Za-z0-9._-]{1,64})(?::([^=]*))?=([^,]+)(?:,(.+))?$/.exec(value);
  const [, name, column, train, heldOut] = match ?? [];
  const isColumnFit = column === undefined || (flag === '--dataset' && isLabelColumn(column));
  if (name === undefined || train === undefined || !isColumnFit)
    throw new DdaiError({
      code: 'DATASET_FLAG_INVALID',
      message: `${flag} ${value}: expected ${
        flag === '--table'
          ? 'NAME=TRAIN.csv or NAME=TRAIN.csv,HELDOUT.csv'
          : 'NAME=TRAIN.csv, NAME:LABELCOLUMN=TRAIN.csv, each with ,HELDOUT.csv or without'
      }`,
    });
  return { name, train, heldOut, labelColumn: column ?? DEFAULT_LABEL_COLUMN };
}

function readTickets(path: string, labelColumn: string): Ticket[] {
  return parseTickets({
    file: path,
    labelColumn,
    content: readFileLimited(path, DEFAULT_TICKET_LIMITS.maxBytes),
  });
}

async function readTable(path: string): Promise<RawTable> {
  const content = readFileLimited(path, DEFAULT_TABLE_LIMITS.maxBytes);
  return /\.parquet$/i.test(path)
    ? parseParquetTable({ file: path, content })
    : parseCsvTable({ file: path, content });
}
