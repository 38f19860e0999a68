import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterAll, expect, it } from 'vitest';
import { readDatasets } from '../src/training/read-datasets.ts';

const folder = createTemporaryDirectory();
afterAll(() => folder.remove());
const file = join(folder.path, 'tickets.csv');
writeFileSync(file, 'text,category,priority\nrouter is dead,outage,high\nmy bill,invoice,\n');

it('gives one file as data sets of several tasks, as it is when it is opened', async () => {
  const datasets = await readDatasets({
    dataset: [`intents=${file}`, `priorities:priority=${file},${file}`],
    table: [],
  });
  const first = await datasets.get('priorities')?.();
  appendFileSync(file, 'where is my parcel,delivery,low\n');
  const second = await datasets.get('priorities')?.();

  expect([...datasets.keys()]).toEqual(['intents', 'priorities']);
  expect(first?.train).toEqual([{ text: 'router is dead', category: 'high' }]);
  expect(first?.heldOut).toEqual(first?.train);
  expect(second?.train).toHaveLength(2);
  expect((await datasets.get('intents')?.())?.train).toHaveLength(3);
});

it.each([
  [
    'no label column after the colon',
    { dataset: [`a:=${file}`], table: [] },
    'DATASET_FLAG_INVALID',
  ],
  ['the text as label', { dataset: [`a:text=${file}`], table: [] }, 'DATASET_FLAG_INVALID'],
  ['a label column of a table', { dataset: [], table: [`a:b=${file}`] }, 'DATASET_FLAG_INVALID'],
  ['a name twice', { dataset: [`a=${file}`, `a=${file}`], table: [] }, 'DATASET_FLAG_INVALID'],
  [
    'a column that is not there',
    { dataset: [`a:mood=${file}`], table: [] },
    'TICKETS_COLUMN_MISSING',
  ],
  ['a file that is not there', { dataset: [`a=${file}.not`], table: [] }, 'FILE_MISSING'],
])('refuses %s before the node joins anything', async (_what, flags, code) => {
  await expect(readDatasets(flags)).rejects.toMatchObject({ code });
});
