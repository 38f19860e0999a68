import { createHash } from 'node:crypto';
import { extname } from 'node:path';
import { createSeededRandom, DdaiError } from '@ddai/core';
import {
  assertClassesTrainable,
  type Cell,
  categoriesOf,
  createFeaturiser,
  DEFAULT_FEATURISER,
  type DenseExamples,
  encodeTable,
  labelRows,
  type Partition,
  parseTableSchema,
  type RawTable,
  type SparseExamples,
  selectExamples,
  type TargetColumn,
  type Ticket,
  targetOf,
  ticketsFromTable,
} from '@ddai/learning';
import { z } from 'zod';
import { readJsonFile } from '../input/read-json-file.ts';
import { readTrainable } from '../input/read-tickets.ts';
import { readImages } from './read-images.ts';
import { readTable } from './read-table.ts';

/** What a simulation trains and measures on. */
export interface Federation {
  readonly train: DenseExamples | SparseExamples;
  readonly test: DenseExamples | SparseExamples;
  readonly task: 'class' | 'binary' | 'number';
  /** 0 when a number is predicted. */
  readonly classes: number;
  readonly image?: { readonly height: number; readonly width: number; readonly channels: number };
  /** Cells of the column that a partition goes by. */
  readonly groups?: readonly Cell[];
  readonly testDigest: string;
}

export interface FederationFlags {
  readonly train?: string;
  readonly test?: string;
  readonly data?: string;
  readonly schema?: string;
  readonly labels?: string;
  readonly testLabels?: string;
}

const TEST_SHARE = 0.2;
/** Of the split into training and test rows: the same for all seeds, so that these can be compared. */
const SPLIT_SEED = 'ddai-test-split';

/** Reads tickets, a table with its schema, or images. @throws {DdaiError} `FLAG_MISSING` and others. */
export async function readFederation(
  flags: FederationFlags,
  partition: Partition,
): Promise<Federation> {
  if (flags.data === undefined) return readTicketFederation(flags);
  if (flags.schema !== undefined) return readTableFederation(flags, partition);
  if (flags.labels !== undefined) return readImageFederation(flags);
  throw missing('--data needs --schema FILE, or --labels FILE beside images');
}

async function readTicketFederation(flags: FederationFlags): Promise<Federation> {
  const { train: trainFile, test: testFile } = flags;
  if (trainFile === undefined || testFile === undefined) {
    throw missing('give --train FILE and --test FILE, or --data FILE');
  }
  const [trainTickets, testTickets] = [
    await readTicketFile(trainFile, 2),
    await readTicketFile(testFile, 1),
  ];
  const labels = categoriesOf(trainTickets);
  const featuriser = createFeaturiser(DEFAULT_FEATURISER);
  const toExamples = (tickets: readonly Ticket[]): SparseExamples => {
    const { rows, targets } = labelRows({ tickets, labels, featuriser });
    return { rows, targets };
  };
  const test = toExamples(testTickets);
  return {
    train: toExamples(trainTickets),
    test,
    task: 'class',
    classes: labels.length,
    testDigest: digest(test.rows.values, test.rows.indices, test.targets),
  };
}

async function readTicketFile(path: string, minPerCategory: number): Promise<Ticket[]> {
  if (extname(path).toLowerCase() !== '.parquet') return readTrainable(path, minPerCategory);
  return ticketsFromTable(await readTable(path));
}

async function readTableFederation(
  flags: FederationFlags,
  partition: Partition,
): Promise<Federation> {
  const { data, schema: schemaFile, test: testFile } = flags as Required<FederationFlags>;
  const schema = parseTableSchema(readJsonFile(schemaFile, z.unknown(), 'a table schema as JSON'));
  const target = targetOf(schema);
  const table = await readTable(data);
  const all = encodeTable(table, schema);
  assertTrainable(target, data, all);
  const groups = groupsOf(table, partition);
  const shape = {
    task: target.task,
    classes: target.task === 'number' ? 0 : target.values.length,
  };
  if (flags.test !== undefined) {
    const test = encodeTable(await readTable(testFile), schema);
    return { ...shape, train: all, test, ...digestOf(test), ...(groups && { groups }) };
  }
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  createSeededRandom(SPLIT_SEED).shuffle(rows);
  const testRows = rows.slice(0, Math.max(1, Math.floor(rows.length * TEST_SHARE)));
  const trainRows = rows.slice(testRows.length);
  const test = selectExamples(all, testRows);
  return {
    ...shape,
    train: selectExamples(all, trainRows),
    test,
    ...digestOf(test),
    ...(groups && { groups: trainRows.map((row) => groups[row]) }),
  };
}

function readImageFederation(flags: FederationFlags): Federation {
  const { data, labels, test, testLabels } = flags;
  if (test === undefined || testLabels === undefined) {
    throw missing('images need --test FILE and --test-labels FILE');
  }
  const { examples, classes, ...image } = readImages(data as string, labels as string);
  const measured = readImages(test, testLabels);
  if (measured.examples.width !== examples.width || measured.classes > classes) {
    throw new DdaiError({
      code: 'IMAGES_MALFORMED',
      message: `${test}: images or labels are unlike those of ${data}`,
      remedy: 'Give test images of the same size and classes.',
    });
  }
  return {
    train: examples,
    test: measured.examples,
    task: 'class',
    classes,
    image,
    ...digestOf(measured.examples),
  };
}

function assertTrainable(target: TargetColumn, file: string, examples: DenseExamples): void {
  if (target.task === 'number') return;
  assertClassesTrainable({ file, classes: target.values, targets: examples.targets });
}

function groupsOf(table: RawTable, partition: Partition): readonly Cell[] | undefined {
  if (partition.kind !== 'column') return undefined;
  const cells = table.columns.get(partition.column);
  if (cells !== undefined) return Array.from(cells);
  throw new DdaiError({
    code: 'TABLE_COLUMN_MISSING',
    message: `${table.file}: no column "${partition.column}" to deal rows by`,
    remedy: 'Name a column of the file in --partition column:NAME.',
  });
}

function digestOf({ features, targets }: DenseExamples): { readonly testDigest: string } {
  return { testDigest: digest(features, targets) };
}

/** The same bytes of examples and targets, the same digest. */
function digest(...vectors: readonly (Float32Array | Uint32Array | Uint16Array)[]): string {
  const hash = createHash('sha256');
  for (const { buffer, byteOffset, byteLength } of vectors) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest('hex').slice(0, 32);
}

function missing(message: string): DdaiError {
  return new DdaiError({
    code: 'FLAG_MISSING',
    message,
    remedy: 'See ddai learn simulate --help.',
  });
}
