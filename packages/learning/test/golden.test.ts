import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hashGoldenTrainings } from './golden-training.ts';
import { serveSources } from './source-server.ts';

/** Written once; they change only with the mathematics. */
const GOLDEN: Readonly<Record<string, string>> = {
  perceptron: 'dc0ac93019445be906c77ae857691e511ceb1dd6b805e5395a0ecaa0dc663bc1',
  'perceptron with batch norm, tanh and Adam':
    '617358768919fd0fbcaa33966364d59137047d0ddb815bf1abe3e4c7cf5424ef',
  'perceptron with layer norm and squared error':
    '5c29d86604a4c625147d99d81956af1cb6a06692ea09830fedd1e55f07164ba2',
  convolutional: 'aa33af790cb2a61e7b1d689e2320f9f8531a13207529c514add1fb1802a8e8a7',
  'embedding bag': '00ec90d1a5939cc45abdf4c8403c9c91daa61f2535fbfe02aa68997905389749',
  'sparse softmax': '5e5e5d929d263cc5d490a6d4e0c5bad36dc213476341a8afd316935fe5b49b67',
};

/** Nothing but the page is fetched or started. */
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

function findChromium(): string {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'chromium'))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    'this test needs Chromium: apt-get update && apt-get install -y --no-install-recommends chromium',
  );
}

describe('golden trainings', () => {
  it.each(['WebAssembly', 'TypeScript'] as const)(
    'end with the same bits in Node as when they were written down, by %s',
    async (language) => {
      expect(await hashGoldenTrainings(language)).toEqual(GOLDEN);
    },
  );

  it.each(['WebAssembly', 'TypeScript'])(
    'end with the same bits in Chromium, by %s',
    async (language) => {
      const browser = await chromium.launch({ executablePath: findChromium(), args: FLAGS });
      const sources = await serveSources();
      try {
        const page = await browser.newPage();
        await page.goto(sources.origin);
        const hashes = await page.evaluate(
          `import('/packages/learning/test/golden-training.ts').then((module) => module.hashGoldenTrainings('${language}'))`,
        );
        expect(hashes).toEqual(GOLDEN);
      } finally {
        await browser.close();
        await sources.close();
      }
    },
  );
});
