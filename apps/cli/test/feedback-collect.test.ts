import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@ddai/core';
import { createIntentClassifier, parseIntentModel } from '@ddai/learning';
import { WORK_CLASSES } from '@ddai/protocol';
import type { TrainingJob } from '@ddai/sdk';
import { createTemporaryDirectory } from '@ddai/testkit';
import { type Address, parseEther } from 'viem';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { queryDatabase } from '../../gateway/test/support/query-database.ts';
import {
  startTestGateway,
  type TestGateway,
  type TestTenant,
} from '../../gateway/test/support/test-gateway.ts';
import { runNode } from '../../node/src/run-node.ts';
import { readDatasets } from '../../node/src/training/read-datasets.ts';
import { type Ended, type Running, runDdai, spawnDdai } from './support/run-ddai.ts';

const SITES = 4;
const JOB_MILLISECONDS = 90_000;
const SUBJECTS = ['card', 'invoice', 'router', 'password', 'parcel', 'contract', 'phone', 'order'];
/** A priority that no company's export knows. */
const ONLY_IN_FEEDBACK = 'critical';
const CRITICAL = [
  'smoke comes out of the meter cabinet',
  'there is smoke and fire at the cabinet',
  'fire in the cabinet with thick smoke',
];
const folder = createTemporaryDirectory();
const home = join(folder.path, 'home');
const stopping = new AbortController();
const operators: Address[] = [];
const running: Promise<unknown>[] = [];
let gateway: TestGateway;
let tenant: TestTenant;

const fileOf = (site: number): string => join(folder.path, `site-${site}.csv`);

beforeAll(async () => {
  gateway = await startTestGateway();
  tenant = await gateway.addTenant('quill');
  const source = await tenant.client.createKnowledgeSource('help');
  const content = '# Cards\n\nA replacement card costs 8 euros.\n';
  await tenant.client.replacePages(source.id, [{ path: 'cards.md', content }]);
  const nodes = [];
  for (let i = 0; i < SITES; i++) nodes.push(await gateway.chain.addNode([WORK_CLASSES.compute]));
  for (const { operator } of nodes) operators.push(operator);
  const partnersFile = join(folder.path, 'partners.json');
  const partners = Object.fromEntries(operators.map((operator, i) => [operator, `site-${i}`]));
  writeFileSync(partnersFile, JSON.stringify(partners));
  for (const [i, { operator, signer }] of nodes.entries()) {
    // One export with the labels of two tasks, as a help desk gives it.
    const rows = SUBJECTS.flatMap((subject) => [
      `urgent: my ${subject} was stolen today,${subject},high`,
      `when will my ${subject} be renewed,${subject},normal`,
    ]);
    writeFileSync(fileOf(i), `text,category,priority\n${rows.join('\n')}\n`);
    const datasets = await readDatasets({
      dataset: [`priorities:priority=${fileOf(i)}`, `intents=${fileOf(i)}`],
      table: [],
    });
    running.push(
      runNode(
        {
          directory: join(folder.path, `node-${i}`),
          operator,
          gateways: [gateway.url()],
          servesQueries: false,
          datasets,
          partnersFile,
          creditLimit: parseEther('10'),
          minimumPrice: 0n,
          settleMilliseconds: 60_000,
          software: 'ddai-node/test',
        },
        { chain: gateway.chain.client, signer, clock: systemClock, logger: silentLogger },
        stopping.signal,
      ),
    );
  }
  await gateway.waitForNodes(SITES, tenant);
});
afterAll(async () => {
  stopping.abort();
  await Promise.all(running);
  await gateway.stop();
  folder.remove();
});

async function trainPriorities(labels: string[]): Promise<TrainingJob> {
  const { id } = await tenant.client.createTrainingJob({
    name: 'priorities',
    labels,
    participants: operators.map((node, i) => ({
      node,
      organisation: `site-${i}`,
      dataset: 'priorities',
    })),
    rounds: 12,
    epochs: 4,
    examples: SITES * SUBJECTS.length * 2,
    threshold: 3,
    rewardPerRound: parseEther('0.1').toString(),
  });
  return vi.waitFor(
    async () => {
      const now = await tenant.client.readTrainingJob(id);
      expect(now.failure).toBeNull();
      expect(now.state).toBe('completed');
      return now;
    },
    { timeout: JOB_MILLISECONDS, interval: 200 },
  );
}

async function askAndLabel(question: string, labels: Record<string, string>): Promise<string> {
  const { id } = await tenant.client.complete({
    model: 'support',
    messages: [{ role: 'user', content: question }],
  });
  await tenant.client.giveFeedback({ completion: id, rating: 'bad', labels });
  return id;
}

const collect = (to: string, url = gateway.url()): Promise<Ended> => collecting(to, url).ended;
const collecting = (to: string, url: string): Running =>
  spawnDdai(['feedback', 'collect', '--to', to, '--gateway', url, '--json'], {
    home,
    env: { DDAI_API_KEY: tenant.apiKey },
  });

const modelOf = async ({ modelId }: TrainingJob) =>
  createIntentClassifier(parseIntentModel(await tenant.client.readModel(modelId ?? '')));

/** How often a text stands anywhere in the record of training jobs. */
async function countInRecords(text: string): Promise<number> {
  const [counted] = await queryDatabase(
    gateway.databaseUrl,
    `SELECT count(*) AS n FROM training_events WHERE convert_from(event, 'UTF8') LIKE $1`,
    [`%${text}%`],
  );
  return Number(counted?.n);
}

describe('feedback of people', () => {
  it(
    'becomes rows at its owner alone, and the next job trains on them without a restart',
    async () => {
      const before = await trainPriorities(['high', 'normal']);
      for (const text of CRITICAL) await askAndLabel(text, { priority: ONLY_IN_FEEDBACK });
      const { code, stdout } = await collect(fileOf(0));
      const after = await trainPriorities([ONLY_IN_FEEDBACK, 'high', 'normal']);

      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ added: 3, updated: 0, forgotten: 3 });
      expect(await tenant.client.readFeedbackLabels()).toEqual([]);
      expect(after.progress?.roundMetrics.at(-1)).toMatchObject({ survivors: SITES });
      const priorities = await modelOf(before);
      expect(priorities.classify('urgent: my parcel was stolen')[0]?.label).toBe('high');
      expect(priorities.labels).not.toContain(ONLY_IN_FEEDBACK);
      // Only the one site has rows with this label: nowhere else could the model have it from.
      for (let site = 1; site < SITES; site++)
        expect(readFileSync(fileOf(site), 'utf8')).not.toContain(ONLY_IN_FEEDBACK);
      expect((await modelOf(after)).classify('smoke and fire in the cabinet')[0]?.label).toBe(
        ONLY_IN_FEEDBACK,
      );
      expect(await countInRecords('cabinet')).toBe(0);
      // The count sees what is in the records: the labels that the second job agreed on.
      expect(await countInRecords(ONLY_IN_FEEDBACK)).toBeGreaterThan(0);
    },
    3 * JOB_MILLISECONDS,
  );

  it('is safe when the command is killed after writing and before the gateway has forgotten', async () => {
    const to = join(folder.path, 'killed.csv');
    const completion = await askAndLabel('where is my parcel', { intent: 'parcel' });
    let child: Running | undefined;
    const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const answer = await fetch(`${gateway.url()}${request.url}`, {
        headers: { authorization: request.headers.authorization ?? '' },
      });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    };
    const proxy = createServer((request, response) => {
      if (request.method === 'GET') {
        void pass(request, response);
        return;
      }
      child?.child.kill('SIGKILL');
      request.socket.destroy();
    });
    const url = await listen(proxy);
    child = collecting(to, url);
    const killed = await child.ended;
    proxy.close();
    const written = readFileSync(to, 'utf8');
    // As if it had died a moment earlier, while it held the file.
    writeFileSync(`${to}.lock`, String(child.child.pid));

    const { code, stdout } = await collect(to);

    expect(killed.code).toBeNull();
    expect(written).toBe(`text,category,completion\nwhere is my parcel,parcel,${completion}\n`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ added: 0, updated: 0, forgotten: 1 });
    expect(readFileSync(to, 'utf8')).toBe(written);
    expect(existsSync(`${to}.lock`)).toBe(false);
  });

  it('takes a newer label of an answer that it has already', async () => {
    const to = join(folder.path, 'newer.csv');
    const completion = await askAndLabel('my order is late', { intent: 'parcel' });
    await collect(to);
    await tenant.client.giveFeedback({ completion, rating: 'bad', labels: { intent: 'order' } });
    const { stdout } = await collect(to);

    expect(JSON.parse(stdout)).toMatchObject({ added: 0, updated: 1, forgotten: 1 });
    expect(readFileSync(to, 'utf8')).toBe(
      `text,category,completion\nmy order is late,order,${completion}\n`,
    );
  });

  it('stays with the gateway when the file can’t be read or is being written, and the file as it was', async () => {
    const to = join(folder.path, 'broken.csv');
    const broken = 'text,category\n"never closed,x\n';
    writeFileSync(to, broken);
    await askAndLabel('my contract ends', { intent: 'contract' });
    const malformed = await collect(to);
    const held = (await tenant.client.readFeedbackLabels()).length;
    writeFileSync(`${to}.lock`, String(process.pid));
    const busy = await collect(to);

    expect([malformed.code, busy.code]).toEqual([2, 2]);
    expect(malformed.stderr).toMatch(/TICKETS_MALFORMED/);
    expect(busy.stderr).toMatch(/DATASET_BUSY/);
    expect(readFileSync(to, 'utf8')).toBe(broken);
    expect(held).toBe(1);
    expect(await tenant.client.readFeedbackLabels()).toHaveLength(1);
  });

  it('asks for a key where there is none', async () => {
    const { code, stderr } = await runDdai(['feedback', 'collect', '--to', fileOf(0)], { home });
    expect(code).toBe(2);
    expect(stderr).toMatch(/Set DDAI_API_KEY/);
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
