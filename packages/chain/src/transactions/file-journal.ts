import { bytesToUtf8 } from '@ddai/core';
import { createFileStore } from '@ddai/storage';
import type { JournaledTransaction, TransactionJournal } from './transaction-journal.ts';

/** Other things of the account may lie beside its transactions. */
const ENTRY = /^nonce-\d+\.json$/;

/** One small durable file per transaction, named after its nonce. */
export function createFileJournal(directory: string): TransactionJournal {
  const store = createFileStore(directory);
  const keyOf = (nonce: number): string => `nonce-${nonce}.json`;
  return {
    async load() {
      const entries: JournaledTransaction[] = [];
      for (const key of store.keys().filter((name) => ENTRY.test(name))) {
        const bytes = store.get(key);
        if (bytes !== undefined)
          entries.push(JSON.parse(bytesToUtf8(bytes)) as JournaledTransaction);
      }
      return entries.sort((a, b) => a.nonce - b.nonce);
    },
    async put(entry) {
      store.put(keyOf(entry.nonce), JSON.stringify(entry));
    },
    async remove(nonce) {
      store.delete(keyOf(nonce));
    },
  };
}
