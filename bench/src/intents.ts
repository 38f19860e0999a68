import { createSeededRandom } from '@ddai/core';
import { categoriesOf, evaluateIntents, type Ticket } from '@ddai/learning';
import MiniSearch from 'minisearch';
import { measureLearningCurves } from './active-learning.ts';
import type { Bar } from './bar.ts';
import { readBanking77 } from './bench-data.ts';
import { cpuSeconds } from './cpu-seconds.ts';

/** Every sixth intent, roughly, is withheld as out of scope; chosen by this seed, not by result. */
const WITHHELD = 13;
const WITHHELD_SEED = 'out-of-scope';
const CURVE_SEEDS = [1, 2, 3, 4, 5];

/**
 * Intents on banking77: accuracy beside the nearest training ticket by full-text search, calibration,
 * what becomes of intents that were withheld, and labels chosen beside random ones.
 */
export function benchIntents(dataDirectory: string): Bar[] {
  const [train, test] = [
    readBanking77(dataDirectory, 'train'),
    readBanking77(dataDirectory, 'test'),
  ];
  const stopwatch = { seconds: () => performance.now() / 1000, cpuSeconds };
  const whole = evaluateIntents({ train, test, stopwatch });
  const reference = {
    name: 'nearest ticket (minisearch)',
    value: nearestTicketAccuracy(train, test),
  };
  return [
    {
      name: 'banking77 centralised',
      value: whole.accuracy,
      unit: 'accuracy',
      bound: { atLeast: 0.912 },
      reference,
    },
    {
      name: 'from text to intent',
      value: whole.inferencesPerCpuSecond,
      unit: 'texts/CPU-s',
      bound: { atLeast: 50_000 },
    },
    {
      name: 'calibration error (ECE, 15 bins)',
      value: whole.calibrationError,
      unit: '',
      bound: { atMost: 0.03 },
    },
    ...benchOutOfScope(train, test),
    ...benchLearningCurves(train, test),
  ];
}

function benchOutOfScope(train: readonly Ticket[], test: readonly Ticket[]): Bar[] {
  const withheld = new Set(
    createSeededRandom(WITHHELD_SEED).shuffle(categoriesOf(train)).slice(0, WITHHELD),
  );
  const isKnown = ({ category }: Ticket): boolean => !withheld.has(category);
  const { accuracy, inScopeKept, outOfScope } = evaluateIntents({
    train: train.filter(isKnown),
    test: test.filter(isKnown),
    outOfScope: test.filter((ticket) => !isKnown(ticket)).map(({ text }) => text),
    stopwatch: { seconds: () => performance.now() / 1000, cpuSeconds },
  });
  const named = (what: string) => `${WITHHELD} of 77 intents withheld: ${what}`;
  return [
    {
      name: named('accuracy in scope'),
      value: accuracy,
      unit: 'accuracy',
      bound: { atLeast: 0.912 },
    },
    {
      name: named('in scope kept, chosen for 95 %'),
      value: inScopeKept,
      unit: 'share',
      bound: { atLeast: 0.93 },
    },
    {
      name: named('out of scope found'),
      value: outOfScope?.recall ?? 0,
      unit: 'recall',
      bound: { atLeast: 0.3 },
    },
    {
      name: named('area under ROC'),
      value: outOfScope?.areaUnderCurve ?? 0,
      unit: 'AUROC',
      bound: { atLeast: 0.8 },
    },
  ];
}

function benchLearningCurves(train: readonly Ticket[], test: readonly Ticket[]): Bar[] {
  const curves = measureLearningCurves({ pool: train, test, seeds: CURVE_SEEDS });
  const seeds = `${CURVE_SEEDS.length} seeds`;
  return [
    ...curves.labelled.flatMap((labels, at): Bar[] =>
      at === 0 || at % 2 === 1
        ? []
        : [
            {
              name: `${labels} labels from the queue, ${seeds}`,
              value: curves.active[at] as number,
              unit: 'accuracy',
              bound: { atLeast: curves.random[at] as number },
              reference: { name: 'random labels', value: curves.random[at] as number },
            },
          ],
    ),
    {
      name: `gain with ${curves.labelled.at(-1)} labels, least of ${seeds}`,
      value: curves.leastGain,
      unit: 'accuracy',
      bound: { atLeast: 0.01 },
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
