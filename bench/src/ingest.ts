import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stopProcess } from '@ddai/engines';
import { createDdaiClient } from '@ddai/sdk';
import { createTemporaryDirectory, startTestChain } from '@ddai/testkit';
import { parseEther } from 'viem';
import type { Bar } from './bar.ts';
import { addTenant, type GatewayProcess, startGateway } from './gateway-process.ts';
import { generatePages, type SyntheticPage } from './synthetic-pages.ts';

const PAGES = 28_000;
/** Below the 20 MiB that a request may have. */
const PAGES_A_SOURCE = 2_000;
const SEED = 28_000;
const REQUEST_MILLISECONDS = 600_000;
const POLL_MILLISECONDS = 50;
const SAMPLE_MILLISECONDS = 5_000;
const MILLISECONDS = 1000;
const KIB_A_MIB = 1024;
/** The index itself takes 660 MiB of it; the rest is what building needs beside the gateway. */
const MOST_MIB = 2048;

/**
 * A gateway that takes in 28,000 made-up pages over HTTP, indexes them, is stopped and started again.
 * Memory is the resident set of the gateway's process (Linux only), printed every five seconds.
 */
export async function benchIngest(): Promise<Bar[]> {
  const chain = await startTestChain();
  const home = createTemporaryDirectory();
  writeFileSync(join(home.path, 'addresses.json'), JSON.stringify(chain.client.addressBook));
  const running: ChildProcess[] = [];
  const start = async (): Promise<GatewayProcess> => {
    const gateway = await startGateway(home.path, chain.client.rpcUrl);
    running.push(gateway.child);
    return gateway;
  };
  const stop = async (): Promise<void> => {
    for (const { pid } of running.splice(0))
      if (pid !== undefined) await stopProcess(pid, 'SIGTERM', 20_000);
  };
  try {
    const first = await start();
    const makeTenant = async (name: string): Promise<string> => {
      const { payer } = await chain.addPayer(first.signer, parseEther('100'));
      return addTenant(first, home.path, { name, payer });
    };
    const [large, other] = [await makeTenant('large'), await makeTenant('other')];
    const startedAt = performance.now();
    const sampler = setInterval(
      () => report(first, startedAt, 'taking in, indexing'),
      SAMPLE_MILLISECONDS,
    );
    let ingested: number;
    let built: { milliseconds: number; longestWait: number };
    try {
      await putPages(first.url, large);
      ingested = performance.now() - startedAt;
      built = await firstAnswer(first.url, large, other);
    } finally {
      clearInterval(sampler);
    }
    const peak = readMemory(first, 'VmHWM');
    await stop();
    const again = await firstAnswer((await start()).url, large, other);
    return [
      {
        name: 'pages taken in',
        value: (PAGES * MILLISECONDS) / ingested,
        unit: 'pages / s',
        bound: { atLeast: 100 },
      },
      { name: 'peak resident memory', value: peak, unit: 'MiB', bound: { atMost: MOST_MIB } },
      {
        name: 'first answer after taking in',
        value: built.milliseconds / MILLISECONDS,
        unit: 's',
        bound: { atMost: 120 },
      },
      {
        name: 'longest wait of another tenant meanwhile',
        value: built.longestWait,
        unit: 'ms',
        bound: { atMost: 250 },
      },
      {
        name: 'first answer after a restart',
        value: again.milliseconds / MILLISECONDS,
        unit: 's',
        bound: { atMost: 2 },
        reference: { name: 'after taking in', value: built.milliseconds / MILLISECONDS },
      },
    ];
  } finally {
    await stop();
    await chain.stop();
    home.remove();
  }
}

async function putPages(url: string, apiKey: string): Promise<void> {
  const client = createDdaiClient({ baseUrl: url, apiKey, timeout: REQUEST_MILLISECONDS });
  let batch: SyntheticPage[] = [];
  let sources = 0;
  for (const page of generatePages(PAGES, SEED)) {
    batch.push(page);
    if (batch.length < PAGES_A_SOURCE) continue;
    const source = await client.createKnowledgeSource(`part-${sources++}`);
    await client.replacePages(source.id, batch);
    batch = [];
  }
}

/** Until the large tenant's first answer, and what the other tenant's slowest list took till then. */
async function firstAnswer(url: string, large: string, other: string) {
  const client = createDdaiClient({ baseUrl: url, apiKey: large, timeout: REQUEST_MILLISECONDS });
  const startedAt = performance.now();
  let answered = false;
  const answer = client
    .complete({ model: 'support', messages: [{ role: 'user', content: 'How do I ba ce di fo?' }] })
    .finally(() => {
      answered = true;
    });
  let longestWait = 0;
  const poll = async (): Promise<void> => {
    while (!answered) {
      const sentAt = performance.now();
      const headers = { authorization: `Bearer ${other}` };
      const { status } = await fetch(`${url}/v1/models`, { headers });
      if (status !== 200) throw new Error(`the other tenant got HTTP ${status}`);
      longestWait = Math.max(longestWait, performance.now() - sentAt);
      await delay(POLL_MILLISECONDS);
    }
  };
  const polling = poll();
  await answer;
  const milliseconds = performance.now() - startedAt;
  await polling;
  return { milliseconds, longestWait };
}

function report(gateway: GatewayProcess, startedAt: number, doing: string): void {
  const seconds = Math.round((performance.now() - startedAt) / MILLISECONDS);
  process.stderr.write(`${seconds} s  ${doing}  ${readMemory(gateway, 'VmRSS')} MiB\n`);
}

function readMemory({ child }: GatewayProcess, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`the process's status names no ${field}`);
  return Math.round(Number(kib) / KIB_A_MIB);
}
