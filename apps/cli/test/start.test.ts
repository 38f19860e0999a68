import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assertPortFree, findFreePort } from '@ddai/engines';
import { createTemporaryDirectory } from '@ddai/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  type Ended,
  findProcessesOf,
  type Running,
  runDdai,
  spawnDdai,
} from './support/run-ddai.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url));
const COMPANIES = ['bank', 'telecom', 'cloud'];
const SITES = 6;
const QUERY_NODES = 3;
const FIVE_MINUTES = 5 * 60_000;

interface Result {
  readonly seconds: number;
  readonly reconciled: boolean;
  readonly accuracy: Record<
    'federated' | 'local' | 'central',
    Record<string, { readonly accuracy: number; readonly tickets: number }>
  >;
  readonly answers: readonly {
    readonly company: string;
    readonly citations: readonly {
      readonly documentId: string;
      readonly start: number;
      readonly end: number;
      readonly text: string;
    }[];
    readonly node: { readonly attestation: { readonly signature: string } } | null;
  }[];
  readonly alerts: readonly { readonly company: string; readonly insideIncident: boolean }[];
  readonly earnings: readonly { readonly name: string; readonly collected: string }[];
  readonly training: {
    readonly receiptFile: string;
    readonly inheritedRounds: number;
    readonly rounds: readonly unknown[];
    readonly killed: { readonly site: string; readonly survivors: number };
  };
  readonly phases: Record<string, number>;
}

const folder = createTemporaryDirectory();
const home = join(folder.path, 'home');
let ports: readonly [number, number];
let run: Ended;
let result: Result;

beforeAll(async () => {
  ports = [await findFreePort(), await findFreePort()];
  const file = join(folder.path, 'result.json');
  run = await runDdai(startArguments('--once', '--json', file), { home });
  if (run.code === 0) result = JSON.parse(readFileSync(file, 'utf8')) as Result;
}, FIVE_MINUTES);
afterAll(() => folder.remove());

describe('ddai start --once', () => {
  it('does the whole job and exits 0', () => {
    expect(run.stderr).not.toContain('✗');
    expect(run.code, run.stderr).toBe(0);
    expect(result.seconds).toBeGreaterThan(0);
    expect(Object.keys(result.phases)).toEqual([
      'chain',
      'gateway',
      'nodes',
      'training',
      'comparison',
      'answers',
      'alert',
      'settlement',
    ]);
  });

  it('reconciles the books', () => {
    expect(result.reconciled).toBe(true);
  });

  it('measures the federated model beside both alternatives, overall and for each company', () => {
    for (const kind of ['federated', 'local', 'central'] as const) {
      expect(Object.keys(result.accuracy[kind])).toEqual(['overall', ...COMPANIES]);
      for (const { accuracy, tickets } of Object.values(result.accuracy[kind])) {
        expect(tickets).toBeGreaterThan(100);
        // 29 intents: far above chance, and no perfect score that would mean a leak.
        expect(accuracy).toBeGreaterThan(0.5);
        expect(accuracy).toBeLessThan(1);
      }
    }
  });

  it('cites verbatim: each citation is that slice of the company’s own page', () => {
    const citations = result.answers.flatMap(({ company, citations: all }) =>
      all.map((citation) => ({ company, ...citation })),
    );
    expect(citations.length).toBeGreaterThan(20);
    for (const { company, documentId, start: from, end, text } of citations) {
      const page = documentId.replace(/^help-centre\//, '');
      const content = readFileSync(join(EXAMPLES, company, 'knowledge', page), 'utf8');
      expect(content.slice(from, end), `${company}/${page}`).toBe(text);
    }
  });

  it('has complex questions answered by paid nodes that sign what they say', () => {
    const byNodes = result.answers.flatMap(({ node }) => (node === null ? [] : [node]));
    expect(byNodes.length).toBeGreaterThan(0);
    for (const { attestation } of byNodes)
      expect(attestation.signature).toMatch(/^0x[0-9a-f]{130}$/);
  });

  it('raises exactly one alert, inside the marked incident', () => {
    expect(result.alerts).toHaveLength(1);
    expect(result.alerts[0]).toMatchObject({ company: 'cloud', insideIncident: true });
  });

  it('closes the round in which a site was killed with the five others', () => {
    expect(result.training.killed).toMatchObject({ site: 'site-6', survivors: SITES - 1 });
  });

  it('pays every node', () => {
    expect(result.earnings.map(({ name }) => name).sort()).toEqual([
      ...Array.from({ length: QUERY_NODES }, (_, index) => `node-${index + 1}`),
      ...Array.from({ length: SITES }, (_, index) => `site-${index + 1}`),
    ]);
    for (const { name, collected } of result.earnings.filter(({ name: n }) => n.startsWith('site')))
      expect(BigInt(collected), name).toBeGreaterThan(0n);
    const queryPay = result.earnings
      .filter(({ name }) => name.startsWith('node'))
      .reduce((sum, { collected }) => sum + BigInt(collected), 0n);
    expect(queryPay).toBeGreaterThan(0n);
  });

  it('leaves no process and no port behind', async () => {
    expect(findProcessesOf(home)).toEqual([]);
    for (const port of ports) await assertPortFree(port, '--port', () => undefined);
    const records = readdirSync(join(home, 'run'), { recursive: true, encoding: 'utf8' });
    expect(records.filter((name) => name.endsWith('.pid'))).toEqual([]);
  });
});

describe('ddai receipt verify', () => {
  it('holds for the record of that run', async () => {
    const { code, stdout } = await runDdai(
      ['receipt', 'verify', result.training.receiptFile, '--json'],
      { home },
    );

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ holds: true, closedRounds: 10 });
  });

  it('exits 3 after one byte was altered, and names the line', async () => {
    const bytes = readFileSync(result.training.receiptFile);
    // Inside the base64 of the last masked upload or share; still well-formed JSON.
    const at = bytes.lastIndexOf('"blob"') + 40;
    bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
    const altered = join(folder.path, 'altered.jsonl');
    writeFileSync(altered, bytes);

    const { code, stdout } = await runDdai(['receipt', 'verify', altered], { home });

    expect(code).toBe(3);
    expect(stdout).toMatch(/DOES NOT HOLD: line \d+/);
  });

  it('exits 2 for a file that is not there', async () => {
    const { code, stderr } = await runDdai(['receipt', 'verify', '/nowhere.jsonl'], { home });

    expect(code).toBe(2);
    expect(stderr).toContain('/nowhere.jsonl');
    expect(stderr).toContain('docs/errors/FILE_MISSING.md');
  });

  it('exits 2 for a folder', async () => {
    const path = join(folder.path, 'a-folder');
    mkdirSync(path);

    expect((await runDdai(['receipt', 'verify', path], { home })).code).toBe(2);
  });
});

describe('ddai start on the state of the first run', () => {
  const file = join(folder.path, 'again.json');
  let killedRound: number;
  let again: Running;

  beforeAll(async () => {
    const interrupted = spawnDdai(startArguments(), { home });
    killedRound = await vi.waitFor(findRoundUnderWay, { timeout: FIVE_MINUTES, interval: 100 });
    // The oldest first: `start` itself would start again what it sees dying.
    const pids = findProcessesOf(home).map((process_) => Number.parseInt(process_, 10));
    for (const pid of pids.sort((a, b) => a - b)) process.kill(pid, 'SIGKILL');
    await interrupted.ended;

    again = spawnDdai(startArguments('--json', file), { home });
    await waitForText(again.stderr, '✓ nodes');
    killPart('gateway');
    await waitForText(() => again.stdout() + again.stderr(), 'stays up until Ctrl-C');
  }, 2 * FIVE_MINUTES);

  it('goes on with the training job of a run that was killed, and pays its rounds once', () => {
    const { training, reconciled } = JSON.parse(readFileSync(file, 'utf8')) as Result;

    expect(training.inheritedRounds).toBeGreaterThanOrEqual(killedRound);
    expect(training.rounds).toHaveLength(10);
    expect(reconciled).toBe(true);
  });

  it('goes on when the gateway is killed in the middle of the job', () => {
    expect(again.stderr()).toContain('gateway ended (SIGKILL); starting it again');
    expect(again.stderr()).toContain('gateway is back');
    expect(again.stderr()).not.toContain('✗');
  });

  it(
    'starts the gateway and a node again when they die',
    async () => {
      const before = again.stderr().length;
      for (const name of ['gateway', 'node-1']) killPart(name);

      const since = (): string => again.stderr().slice(before);
      await waitForText(since, 'gateway is back');
      await waitForText(since, 'node-1 is back');
      const { data } = await callGateway<{ data: unknown[] }>('/v1/models');
      expect(data.length).toBeGreaterThan(0);
    },
    FIVE_MINUTES,
  );

  it(
    'stops every process at SIGTERM',
    async () => {
      again.child.kill('SIGTERM');

      expect((await again.ended).code).toBe(0);
      expect(findProcessesOf(home)).toEqual([]);
    },
    FIVE_MINUTES,
  );
});

function startArguments(...more: string[]): string[] {
  const [chainPort, gatewayPort] = ports;
  return [
    'start',
    '--chain-port',
    String(chainPort),
    '--gateway-port',
    String(gatewayPort),
    ...more,
  ];
}

/** The API as the first company sees it. */
async function callGateway<T>(path: string): Promise<T> {
  const account = join(home, 'companies', 'bank', 'gateway-account.json');
  const { apiKey } = JSON.parse(readFileSync(account, 'utf8')) as { apiKey: string };
  const response = await fetch(`http://127.0.0.1:${ports[1]}${path}`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return (await response.json()) as T;
}

async function findRoundUnderWay(): Promise<number> {
  const { data } = await callGateway<{
    data: { state: string; progress: { closedRounds: number } | null }[];
  }>('/v1/training-jobs');
  const closed = data.find(({ state }) => state === 'running')?.progress?.closedRounds ?? 0;
  if (closed < 2) throw new Error('no job has closed two rounds yet');
  return closed;
}

function killPart(name: string): void {
  process.kill(readRecordedPid(join(home, 'run', 'parts', `${name}.pid`)), 'SIGKILL');
}

function readRecordedPid(path: string): number {
  return (JSON.parse(readFileSync(path, 'utf8')) as { pid: number }).pid;
}

async function waitForText(read: () => string, text: string): Promise<void> {
  await vi.waitFor(() => expect(read()).toContain(text), {
    timeout: FIVE_MINUTES - 10_000,
    interval: 100,
  });
}
