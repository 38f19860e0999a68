import { evaluateIntents, type Ticket } from '@ddai/learning';
import MiniSearch from 'minisearch';
import type { Bar } from './bar.ts';
import { readBanking77 } from './bench-data.ts';
import { cpuSeconds } from './cpu-seconds.ts';

/** Centralised intents on banking77, beside the nearest training ticket by full-text search. */
export function benchIntents(dataDirectory: string): Bar[] {
  const [train, test] = [
    readBanking77(dataDirectory, 'train'),
    readBanking77(dataDirectory, 'test'),
  ];
  const stopwatch = { seconds: () => performance.now() / 1000, cpuSeconds };
  const { accuracy } = evaluateIntents({ train, test, stopwatch });
  const reference = {
    name: 'nearest ticket (minisearch)',
    value: nearestTicketAccuracy(train, test),
  };
  return [
    {
      name: 'banking77 centralised',
      value: accuracy,
      unit: 'accuracy',
      bound: { atLeast: 0.91 },
      reference,
    },
  ];
}

function nearestTicketAccuracy(train: readonly Ticket[], test: readonly Ticket[]): number {
  const index = new MiniSearch<Ticket & { id: number }>({
    fields: ['text'],
    storeFields: ['category'],
  });
  index.addAll(train.map((ticket, id) => ({ ...ticket, id })));
  const right = test.filter(
    ({ text, category }) =>
      (index.search(text)[0] as { category?: string } | undefined)?.category === category,
  );
  return right.length / test.length;
}
