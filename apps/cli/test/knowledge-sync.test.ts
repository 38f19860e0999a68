import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DdaiError } from '@ddai/core';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  startTestGateway,
  type TestGateway,
  type TestTenant,
} from '../../gateway/test/support/test-gateway.ts';
import { syncPages } from '../src/knowledge/sync-pages.ts';
import { type Ended, runDdai } from './support/run-ddai.ts';

const folder = createTemporaryDirectory();
const pages = join(folder.path, 'pages');
let gateway: TestGateway;
let tenant: TestTenant;

beforeAll(async () => {
  gateway = await startTestGateway();
  tenant = await gateway.addTenant('quill');
  write('key', `${tenant.apiKey}\n`);
  write('pages/refunds.md', '# Refunds\n\nA refund takes five working days.\n');
  write('pages/plans/team.html', '<!doctype html><h1>Team</h1><p>The team plan has 25 seats.');
  write('pages/broken.pdf', '%PDF-1.7\nnothing');
  write('pages/logo.png', 'no page');
});
afterAll(async () => {
  await gateway.stop();
  folder.remove();
});

function write(name: string, content: string): void {
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function sync(...flags: string[]): Promise<Ended> {
  return runDdai(
    [
      ...['knowledge', 'sync', pages, '--source', 'help', '--gateway', gateway.url()],
      ...['--api-key-file', join(folder.path, 'key'), ...flags],
    ],
    { home: join(folder.path, 'home') },
  );
}

async function paths(): Promise<string[]> {
  const [source] = await tenant.client.listKnowledgeSources();
  return source === undefined
    ? []
    : (await tenant.client.listFiles(source.id)).map(({ path }) => path);
}

describe('ddai knowledge sync', () => {
  it('shows first, then takes in what it can, and names what it cannot and why', async () => {
    const shown = await sync('--dry-run');
    expect(shown.stdout).toMatch(
      /^Would be: 3 added, 0 changed, 0 removed, 0 unchanged, 0 refused/,
    );
    expect(await paths()).toEqual([]);

    const done = await sync();
    expect(done.code).toBe(1);
    expect(done.stdout).toMatch(/^2 added, 0 changed, 0 removed, 0 unchanged, 1 refused/);
    expect(done.stdout).toMatch(/Not taken in:\n {2}broken\.pdf: not a readable PDF/);
    expect(done.stdout).toMatch(/few answers or none:\n {2}plans\/team\.html: very-short/);
    expect(await paths()).toEqual(['plans/team.html', 'refunds.md']);
  });

  it('sends what changed, keeps what is gone until it is told to forget it', async () => {
    rmSync(join(pages, 'broken.pdf'));
    rmSync(join(pages, 'refunds.md'));
    const team = join(pages, 'plans', 'team.html');
    writeFileSync(team, readFileSync(team, 'utf8').replace('25', '30'));

    const first = await sync('--json');
    expect(first.code).toBe(0);
    expect(JSON.parse(first.stdout)).toMatchObject({
      outcomes: [
        { path: 'plans/team.html', outcome: 'changed' },
        { path: 'refunds.md', outcome: 'kept' },
      ],
    });
    expect(await paths()).toHaveLength(2);
    await sync('--delete');
    expect(await paths()).toEqual(['plans/team.html']);
  });

  it.each([
    ['a folder that is not there', ['/nowhere'], /DIRECTORY_UNREADABLE/],
    ['an address inside the network', ['http://127.0.0.1/sitemap.xml'], /ADDRESS_NOT_PUBLIC/],
    ['an address of another kind', ['ftp://a.example/sitemap.xml'], /URL_INVALID/],
  ])('refuses %s', async (_what, from, message) => {
    const { code, stderr } = await runDdai(
      ['knowledge', 'sync', ...from, '--source', 'help', '--gateway', gateway.url()],
      { home: join(folder.path, 'home'), env: { DDAI_API_KEY: tenant.apiKey } },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('asks for a key where there is none', async () => {
    const { code, stderr } = await runDdai(['knowledge', 'sync', pages, '--source', 'help'], {
      home: join(folder.path, 'home'),
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(/Set DDAI_API_KEY/);
  });

  it('waits its turn when a key has sent its requests of the minute, and skips what is too large', async () => {
    const sent: string[] = [];
    const answers = [
      new DdaiError({ code: 'RATE_LIMITED', message: 'more than 2 requests' }),
      undefined,
      new DdaiError({ code: 'REQUEST_TOO_LARGE', message: 'a request has at most 20 bytes' }),
    ];
    const { outcomes } = await syncPages(
      {
        listFiles: async () => [],
        removeFile: async () => undefined,
        putFile: async (_source, path) => {
          sent.push(path);
          const refusal = answers[sent.length - 1];
          if (refusal !== undefined) throw refusal;
          return {
            id: path,
            change: 'added',
            format: 'text',
            answerable: true,
            weaknesses: [],
            words: 9,
          };
        },
      },
      {
        sourceId: 'src_1',
        origin: { paths: ['a.txt', 'b.txt'], read: async (path) => Buffer.from(path) },
        removesMissing: false,
        isDryRun: false,
        onProgress: () => undefined,
      },
    );
    expect(sent).toEqual(['a.txt', 'a.txt', 'b.txt']);
    expect(outcomes).toMatchObject([
      { path: 'a.txt', outcome: 'added' },
      { path: 'b.txt', outcome: 'refused', refusal: { code: 'REQUEST_TOO_LARGE' } },
    ]);
  });
});
