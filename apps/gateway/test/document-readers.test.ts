import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { createDocumentReaders } from '../src/knowledge/document-readers.ts';

const readers = createDocumentReaders({ timeoutMilliseconds: 1500, megabytes: 64 });
afterAll(() => readers.close());

const page = Buffer.from('<!doctype html><h1>Refunds</h1><p>Five days.');

test('gives the text of a page', async () => {
  const { text } = await readers.read({ id: 'refunds.html', bytes: page });
  expect(text).toBe('# Refunds\n\nFive days.\n');
});

test('a refusal keeps its code and remedy on the way between processes', async () => {
  await expect(readers.read({ id: 'a.pdf', bytes: Buffer.from('%PDF-1.7') })).rejects.toMatchObject(
    {
      name: 'DdaiError',
      code: 'DOCUMENT_MALFORMED',
      remedy: expect.stringMatching(/save or print it/),
    },
  );
});

test('a page that never ends, or eats memory, is given up, and the next one is read', async () => {
  // Hundreds of thousands of elements that reopen one another: the standard's adoption agency.
  const hostile = Buffer.from(`<!doctype html>${'<a><b><table><td>'.repeat(200_000)}`);
  await expect(readers.read({ id: 'hostile.html', bytes: hostile })).rejects.toMatchObject({
    code: 'DOCUMENT_TOO_COSTLY',
  });
  expect((await readers.read({ id: 'refunds.html', bytes: page })).title).toBeUndefined();
});

test('a process that runs out of memory leaves no word in the output of the one that asked', () => {
  const source = fileURLToPath(new URL('../src/knowledge/document-readers.ts', import.meta.url));
  const script = `
    import { createDocumentReaders } from ${JSON.stringify(source)};
    const readers = createDocumentReaders({ timeoutMilliseconds: 60_000, megabytes: 32 });
    const bytes = Buffer.from('<!doctype html>' + '<a><b><table><td>'.repeat(200_000));
    const { code } = await readers.read({ id: 'hostile.html', bytes }).catch((error) => error);
    await readers.close();
    console.log(code);`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=@ddai/source', '--input-type=module', '-e', script],
    { encoding: 'utf8' },
  );

  expect(stdout.trim()).toBe('DOCUMENT_TOO_COSTLY');
  expect(stderr).toBe('');
});
