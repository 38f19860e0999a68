import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GOLDEN_HASHES } from './golden-hashes.ts';
import { startModuleServer } from './module-server.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

let browser: Browser;
let server: Awaited<ReturnType<typeof startModuleServer>>;

beforeAll(async () => {
  const executablePath = PLACES.find((place) => existsSync(place));
  if (executablePath === undefined)
    throw new Error(
      `this test needs Chromium at ${PLACES.join(' or ')}: apt-get update && apt-get install -y chromium`,
    );
  server = await startModuleServer();
  browser = await chromium.launch({ executablePath, args: FLAGS });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

it.each([
  ['mlp', 'wasm'],
  ['cnn', 'wasm'],
  ['mlp', 'typescript'],
] as const)(
  'the golden training of the %s has its hash in Chromium by %s',
  async (model, kernel) => {
    const page = await browser.newPage();
    await page.goto(server.origin);
    const hash = await page.evaluate(
      `import('/packages/learning/test/training/golden-run.ts')
      .then(({ runGolden }) => runGolden('${model}', '${kernel}'))`,
    );
    expect(hash).toBe(GOLDEN_HASHES[model]);
  },
);
