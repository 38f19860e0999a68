import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDdai } from './support/run-ddai.ts';

const MANUAL = fileURLToPath(new URL('../../gateway/test/support/manual.pdf', import.meta.url));
const folder = createTemporaryDirectory();
const pages = join(folder.path, 'pages');
afterAll(() => folder.remove());
beforeAll(() => {
  mkdirSync(join(pages, 'more'), { recursive: true });
  writeFileSync(join(pages, 'price.md'), '\ufeff# Price\r\n\r\nA lamp costs 17 euro.\r\n');
  writeFileSync(join(pages, 'more', 'warranty.md'), '# Warranty\n\nThe warranty lasts a year.\n');
  writeFileSync(join(pages, 'latin.md'), Buffer.from('# Gr\xf6\xdfe\n', 'latin1'));
  writeFileSync(
    join(pages, 'opening.html'),
    '<!doctype html><title>Opening</title><nav>Menu</nav><h1>Opening hours</h1><p>The shop opens at nine on weekdays, and at ten on Saturday.</p>',
  );
  writeFileSync(join(pages, 'broken.pdf'), '%PDF-1.7\nnothing');
  copyFileSync(MANUAL, join(pages, 'manual.pdf'));
  symlinkSync('.', join(pages, 'round'));
  symlinkSync('..', join(pages, 'more', 'circles'));
});

const ask = async (question = 'What does a lamp cost?', ...flags: string[]): Promise<string> => {
  const args = ['ask', question, '--knowledge', pages, ...flags];
  const { code, stdout, stderr } = await runDdai(args, { home: join(folder.path, 'home') });
  expect(code, stderr).toBe(0);
  return stdout;
};

describe('ddai ask', () => {
  it('answers with its source, and names the pages that it could not read', async () => {
    const stdout = await ask();

    expect(stdout).toContain('A lamp costs 17 euro.');
    expect(stdout).toContain('price.md › Price');
    expect(stdout).toContain('Not read:\n  broken.pdf: not a readable PDF');
    expect(stdout).toContain('latin.md');
  });

  it('reads HTML and PDF as well', async () => {
    expect(await ask('When does the shop open on Saturday?')).toContain('at ten on Saturday');
    expect(await ask('To which card is a refund paid?')).toContain('manual.pdf');
  });

  it('shows on request why pages stand where they do', async () => {
    const stdout = await ask('What does a lamp cost?', '--explain');
    const { hits } = JSON.parse(await ask('What does a lamp cost?', '--explain', '--json')) as {
      hits: { documentId: string; explain: { terms: { text: string }[] } }[];
    };

    expect(stdout).toMatch(/1\. price\.md \(1\.000\): page rank 1, [\d.]+; passage rank 1/);
    expect(stdout).toMatch(/lamp [\d.]+/);
    expect(hits[0]?.documentId).toBe('price.md');
    expect(hits[0]?.explain.terms.map(({ text }) => text)).toContain('lamp');
  });

  it('reads every page once, also where links go round in circles', async () => {
    const { pages: read, skipped } = JSON.parse(await ask('What does a lamp cost?', '--json')) as {
      pages: number;
      skipped: { id: string; error?: { code: string } }[];
    };

    expect(read).toBe(4);
    expect(skipped.map(({ id }) => id)).toEqual(['broken.pdf', 'latin.md']);
    for (const { error } of skipped) expect(error?.code).toMatch(/^DOCUMENT_/);
  });
});
