import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stopProcess } from '@ddai/engines';
import { createDdaiClient, type DdaiClient } from '@ddai/sdk';
import { createTemporaryDirectory, startTestChain } from '@ddai/testkit';
import { parseEther } from 'viem';
import type { Bar } from './bar.ts';
import { readCorpus } from './bench-data.ts';
import { addTenant, startGateway } from './gateway-process.ts';

const REQUESTS_A_SECOND = 50;
const SECONDS = 20;
const MILLISECONDS = 1000;

/** Time to the first byte of a simple answer over the documentation corpus, at a steady 50 requests a second. */
export async function benchLatency(dataDirectory: string): Promise<Bar[]> {
  const { pages, questions } = readCorpus(dataDirectory);
  const chain = await startTestChain();
  const home = createTemporaryDirectory();
  writeFileSync(join(home.path, 'addresses.json'), JSON.stringify(chain.client.addressBook));
  const gateway = await startGateway(home.path, chain.client.rpcUrl);
  const { url, signer, child } = gateway;
  try {
    const { payer } = await chain.addPayer(signer, parseEther('100'));
    const apiKey = await addTenant(gateway, home.path, { name: 'bench', payer });
    const client = createDdaiClient({ baseUrl: url, apiKey, timeout: 300_000 });
    for (const guide of new Set(pages.map((page) => page.guide))) {
      const source = await client.createKnowledgeSource(guide);
      const documents = pages
        .filter((page) => page.guide === guide)
        .map(({ id, text }) => ({ path: id, content: text }));
      await client.replacePages(source.id, documents);
    }
    const simple = await findSimpleQuestions(
      client,
      questions.map(({ q }) => q),
    );
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    const answers = await load((index) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers,
        body: JSON.stringify({
          model: 'support',
          stream: true,
          messages: [{ role: 'user', content: simple[index % simple.length] }],
        }),
      }),
    );
    const lists = await load(() => fetch(`${url}/v1/models`, { headers }));
    const reference = { name: 'list of assistants, p99', value: percentile(lists, 0.99) };
    return [
      {
        name: 'time to first byte, p99',
        value: percentile(answers, 0.99),
        unit: 'ms',
        bound: { atMost: 50 },
        reference,
      },
      {
        name: 'time to first byte, median',
        value: percentile(answers, 0.5),
        unit: 'ms',
        bound: { atMost: 50 },
        reference: { name: 'list of assistants, median', value: percentile(lists, 0.5) },
      },
    ];
  } finally {
    if (child.pid !== undefined) await stopProcess(child.pid, 'SIGTERM', 20_000);
    await chain.stop();
    home.remove();
  }
}

async function findSimpleQuestions(
  client: DdaiClient,
  questions: readonly string[],
): Promise<string[]> {
  const simple: string[] = [];
  for (const content of questions) {
    const { details } = await client.complete({
      model: 'support',
      messages: [{ role: 'user', content }],
    });
    if (details.route === 'simple' && !details.route_reason.includes('No node'))
      simple.push(content);
  }
  return simple;
}

/** Sends at fixed moments, whether or not earlier requests are answered; milliseconds to each first byte. */
async function load(send: (index: number) => Promise<Response>): Promise<number[]> {
  const times: number[] = [];
  const running: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < REQUESTS_A_SECOND * SECONDS; index++) {
    const due = startedAt + (index * MILLISECONDS) / REQUESTS_A_SECOND;
    await delay(Math.max(0, due - performance.now()));
    const sentAt = performance.now();
    running.push(
      send(index).then(async (response) => {
        const reader = response.body?.getReader();
        await reader?.read();
        times.push(performance.now() - sentAt);
        while (reader !== undefined && !(await reader.read()).done);
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
      }),
    );
  }
  await Promise.all(running);
  return times.sort((a, b) => a - b);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
