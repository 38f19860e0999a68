import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDdai } from './support/run-ddai.ts';

const folder = createTemporaryDirectory();
const pages = join(folder.path, 'pages');
afterAll(() => folder.remove());
beforeAll(() => {
  mkdirSync(join(pages, 'more'), { recursive: true });
  writeFileSync(join(pages, 'price.md'), '\ufeff# Price\r\n\r\nA lamp costs 17 euro.\r\n');
  writeFileSync(join(pages, 'more', 'warranty.md'), '# Warranty\n\nThe warranty lasts a year.\n');
  writeFileSync(join(pages, 'latin.md'), Buffer.from('# Gr\xf6\xdfe\n', 'latin1'));
  symlinkSync('.', join(pages, 'round'));
  symlinkSync('..', join(pages, 'more', 'circles'));
});

const ask = async (...flags: string[]): Promise<string> => {
  const args = ['ask', 'What does a lamp cost?', '--knowledge', pages, ...flags];
  const { code, stdout, stderr } = await runDdai(args, { home: join(folder.path, 'home') });
  expect(code, stderr).toBe(0);
  return stdout;
};

describe('ddai ask', () => {
  it('answers with its source, and names the pages that it could not read', async () => {
    const stdout = await ask();

    expect(stdout).toContain('A lamp costs 17 euro.');
    expect(stdout).toContain('price.md › Price');
    expect(stdout).toContain('Not read:\n  latin.md: not UTF-8 text\n');
  });

  it('reads every page once, also where links go round in circles', async () => {
    const { pages: read, skipped } = JSON.parse(await ask('--json')) as {
      pages: number;
      skipped: unknown[];
    };

    expect(read).toBe(2);
    expect(skipped).toMatchObject([{ id: 'latin.md', error: { code: expect.any(String) } }]);
  });
});
