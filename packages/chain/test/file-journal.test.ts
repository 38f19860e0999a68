import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory } from '@ddai/testkit';
import { expect, test } from 'vitest';
import { createFileJournal } from '../src/transactions/file-journal.ts';

test('reads its transactions and nothing else that the account keeps beside them', async () => {
  const directory = createTemporaryDirectory();
  try {
    const journal = createFileJournal(directory.path);
    const entry = { nonce: 3, hash: '0x01', raw: '0x02', label: 'stake' } as const;
    await journal.put(entry);
    mkdirSync(join(directory.path, 'beacon'));
    writeFileSync(join(directory.path, 'notes.json'), '{}');
    expect(await journal.load()).toEqual([entry]);
  } finally {
    directory.remove();
  }
});
