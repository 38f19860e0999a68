import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { runDdai } from './support/run-ddai.ts';

const folder = createTemporaryDirectory();
afterAll(() => folder.remove());
const bank = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/bank/${name}`, import.meta.url));
const at = (name: string): string => join(folder.path, name);
const write = (name: string, value: unknown): string => {
  writeFileSync(at(name), JSON.stringify(value));
  return at(name);
};

const evaluate = (...flags: string[]): ReturnType<typeof runDdai> =>
  runDdai(
    [
      'assistant',
      'evaluate',
      '--knowledge',
      bank('knowledge'),
      '--questions',
      bank('questions.jsonl'),
      ...flags,
    ],
    { home: at('home') },
  );

describe('ddai assistant evaluate', () => {
  it('measures a real knowledge base and writes a page that loads nothing', async () => {
    const { code, stdout, stderr } = await evaluate(
      '--report',
      at('report.html'),
      '--json',
      at('report.json'),
    );

    expect(code, stderr).toBe(0);
    expect(stdout).toContain('12 questions on 26 pages');
    const { configs } = JSON.parse(readFileSync(at('report.json'), 'utf8'));
    expect(configs[0].evaluation.measures.recallAt5.mean).toBeGreaterThan(0.9);
    expect(configs[0].evaluation.measures.groundedness.mean).toBe(1);
    expect(configs[0].outcomes).toHaveLength(12);
    const page = readFileSync(at('report.html'), 'utf8');
    expect(page.match(/<svg/g)).toHaveLength(3);
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/i);
  });

  it('finds a configuration that keeps silent too often worse, in words', async () => {
    const { code, stdout } = await evaluate('--compare', write('b.json', { threshold: 0.9 }));

    expect(code).toBe(0);
    expect(stdout).toMatch(/answered: B is lower than A \(−0\.\d+, 95 % between/);
    expect(stdout).toContain('recallAt5: these questions show no difference between A and B');
  });

  it('ends with 3 and names the bound that does not hold, and with 0 when all hold', async () => {
    const strict = { recallAt5: { atLeast: 0.5 }, answerF1: { atLeast: 0.99 } };
    const missed = await evaluate('--gate', write('strict.json', strict));
    expect(missed.code).toBe(3);
    expect(missed.stdout).toMatch(/Gate: answerF1 is 0\.\d{4}, must be ≥ 0\.99/);
    expect(missed.stdout).not.toContain('Gate: recallAt5');

    const held = await evaluate('--gate', write('lax.json', { recallAt5: { atLeast: 0.5 } }));
    expect(held.code).toBe(0);
    expect(held.stdout).toContain('Gate: every bound holds');
  });

  it.each([
    ['an unknown measure', { recalAt5: { atLeast: 0.5 } }],
    ['no bound at all', {}],
    ['a bound of another kind', { recallAt5: 0.5 }],
  ])('refuses a gate with %s', async (_name, gate) => {
    const { code, stderr } = await evaluate('--gate', write('wrong.json', gate));
    expect(code).toBe(2);
    expect(stderr).toContain('FILE_CONTENT_INVALID');
  });

  it('escapes what questions say in the report', async () => {
    writeFileSync(at('hostile.jsonl'), '{"id":"1","q":"<script>alert(1)</script> card?"}\n');
    const { code } = await runDdai(
      [
        'assistant',
        'evaluate',
        '--knowledge',
        bank('knowledge'),
        '--questions',
        at('hostile.jsonl'),
        '--report',
        at('hostile.html'),
      ],
      { home: at('home') },
    );
    expect(code).toBe(0);
    const page = readFileSync(at('hostile.html'), 'utf8');
    expect(page).toContain('&lt;script&gt;');
    expect(page).not.toContain('<script');
  });

  it('compares words alone with an encoder of the operator’s file, and tells when it failed', async () => {
    let texts = 0;
    const server = createServer((request, response) => {
      void request.toArray().then((chunks) => {
        const { input } = JSON.parse(Buffer.concat(chunks).toString()) as { input: string[] };
        texts += input.length;
        if (input.some((text) => text.includes('mortgage'))) response.writeHead(500).end();
        else {
          const data = input.map((text, index) => ({ index, embedding: [text.length, 1] }));
          response.end(JSON.stringify({ data }));
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const encoders = write('encoders.json', {
      house: { baseUrl: `http://127.0.0.1:${port}/v1`, model: 'm', dimensions: 2 },
    });
    const config = write('semantic.json', { encoder: 'house' });

    const { code, stdout, stderr } = await evaluate(
      '--compare',
      config,
      '--encoders',
      encoders,
    ).finally(() => server.close());

    expect(code, stderr).toBe(0);
    expect(texts).toBeGreaterThan(12);
    expect(stdout).toContain('encoder house');
    expect(stdout).toMatch(/by words alone: \d+ of 12 \(refused\)/);
  });

  it('refuses an encoder that is in no file', async () => {
    const { code, stderr } = await evaluate('--config', write('lost.json', { encoder: 'lost' }));
    expect(code).toBe(2);
    expect(stderr).toContain('no encoder named lost');
  });
});
