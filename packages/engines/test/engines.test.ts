import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger, systemClock, toMillis } from '@ddai/core';
import { createTemporaryDirectory, type TemporaryDirectory } from '@ddai/testkit';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startAnvil } from '../src/anvil/anvil-supervisor.ts';
import { findAnvil } from '../src/anvil/find-anvil.ts';
import { callRpc } from '../src/anvil/rpc.ts';
import { findNewestState } from '../src/anvil/state-files.ts';
import { startPostgres } from '../src/postgres/postgres-server.ts';
import { assertPortFree, findFreePort } from '../src/process/free-port.ts';
import { readLivePid, writePidFile } from '../src/process/pid-file.ts';
import { findPortHolder } from '../src/process/port-holder.ts';
import { isRunning } from '../src/process/process-state.ts';

let directory: TemporaryDirectory;
beforeAll(() => {
  directory = createTemporaryDirectory();
});
afterAll(() => directory.remove());

const dependencies = { clock: systemClock, logger: silentLogger };
const startChain = async (name: string, clock = systemClock) =>
  startAnvil(
    {
      binary: findAnvil(),
      directory: join(directory.path, name),
      port: await findFreePort(),
      chainId: 31_337,
      alloc: { '0x00000000000000000000000000000000000000aa': 5n },
    },
    { ...dependencies, clock },
  );
const blockNumber = async (url: string): Promise<number> =>
  Number(await callRpc(url, 'eth_blockNumber'));
const waitUntil = async (condition: () => Promise<boolean> | boolean): Promise<void> => {
  for (let tries = 0; tries < 100; tries++) {
    if (await Promise.resolve(condition()).catch(() => false)) return;
    await delay(100);
  }
  throw new Error('the condition did not come true');
};

describe('supervised anvil', () => {
  it('starts with the ether of its genesis, and has no unlocked account', async () => {
    const chain = await startChain('genesis');
    const balance = await callRpc(chain.url, 'eth_getBalance', [
      '0x00000000000000000000000000000000000000aa',
      'latest',
    ]);
    const accounts = await callRpc(chain.url, 'eth_accounts');
    await chain.stop();

    expect(balance).toBe('0x5');
    expect(accounts).toEqual([]);
  });

  it('comes back after SIGKILL with every block that was durable', async () => {
    const chain = await startChain('killed');
    for (let block = 0; block < 3; block++) await callRpc(chain.url, 'evm_mine');
    await waitUntil(() => chain.durableBlock() === 3);
    const killed = chain.pid() ?? -1;

    process.kill(killed, 'SIGKILL');
    await waitUntil(async () => chain.pid() !== killed && (await blockNumber(chain.url)) >= 3);
    await chain.stop();

    expect(chain.pid()).not.toBe(killed);
  });

  it('starts from an older dump when the newest was cut short', async () => {
    const first = await startChain('cut');
    await callRpc(first.url, 'evm_mine');
    await first.stop();
    const folder = join(directory.path, 'cut');
    copyFileSync(join(folder, 'state.good-0.json'), join(folder, 'state.good-1.json'));
    for (const name of ['state.live.json', 'state.good-0.json']) {
      if (existsSync(join(folder, name))) truncateSync(join(folder, name), 100);
    }

    const second = await startChain('cut');
    const block = await blockNumber(second.url);
    await second.stop();

    expect(block).toBe(1);
  });

  it('never lets a block be older than the one before, when the clock was set back', async () => {
    const first = await startChain('clock');
    await callRpc(first.url, 'evm_mine');
    await first.stop();
    const head = findNewestState(join(directory.path, 'clock'))?.headTimestamp ?? 0;

    const past = { now: () => toMillis(Date.now() - 3_600_000) };
    const second = await startChain('clock', past);
    await callRpc(second.url, 'evm_mine');
    const block = (await callRpc(second.url, 'eth_getBlockByNumber', ['latest', false])) as {
      timestamp: string;
    };
    await second.stop();

    expect(Number(block.timestamp)).toBeGreaterThan(head);
  });

  it('ends the anvil that a killed parent left behind', async () => {
    const folder = join(directory.path, 'orphan');
    const first = await startChain('orphan');
    const orphan = first.pid() ?? -1;
    // What a killed parent leaves: the process and its pid file. The first supervisor must not
    // restart it, so it is told to stop only afterwards.
    expect(readLivePid(join(folder, 'anvil.pid'))).toBe(orphan);

    const second = await startChain('orphan');
    await first.stop();
    const answers = await blockNumber(second.url);
    await second.stop();

    expect(answers).toBe(0);
    expect(isRunning(orphan)).toBe(false);
  });
});

describe('embedded Postgres', () => {
  it('is started again when it is killed, with what was committed and under the same address', async () => {
    const options = {
      directory: join(directory.path, 'pg'),
      enginesDirectory: join(directory.path, 'engines'),
    };
    const server = await startPostgres(options, dependencies);
    const killed = server.pid() ?? -1;
    await queryOnce(server.url, 'CREATE TABLE t (n int)');
    await queryOnce(server.url, 'INSERT INTO t VALUES (7)');
    process.kill(killed, 'SIGKILL');

    const rows = await vi.waitFor(() => queryOnce(server.url, 'SELECT n FROM t'), {
      timeout: 30_000,
      interval: 100,
    });
    const restarted = server.pid();
    await server.stop();

    expect(rows).toEqual([{ n: 7 }]);
    expect(restarted).not.toBe(killed);
    expect(isRunning(restarted ?? -1)).toBe(false);
    expect(readFileSync(join(options.directory, 'data', 'PG_VERSION'), 'utf8').trim()).toBe('18');
  });

  it('stops the one that a killed parent left over, and starts with its data', async () => {
    const options = {
      directory: join(directory.path, 'pg-leftover'),
      enginesDirectory: join(directory.path, 'engines'),
    };
    const parent = spawn(
      process.execPath,
      [
        '--conditions=@ddai/source',
        '--input-type=module',
        '-e',
        START_AND_WAIT,
        JSON.stringify(options),
      ],
      { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const { url, pid } = JSON.parse(line.toString()) as { url: string; pid: number };
    await queryOnce(url, 'CREATE TABLE t (n int)');
    parent.kill('SIGKILL');
    await once(parent, 'exit');

    const server = await startPostgres(options, dependencies);
    const rows = await queryOnce(server.url, 'SELECT n FROM t');
    await server.stop();

    expect(rows).toEqual([]);
    expect(isRunning(pid)).toBe(false);
  });
});

const START_AND_WAIT = `
  import { startPostgres } from '@ddai/engines';
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const server = await startPostgres(JSON.parse(process.argv[1]), { logger: silent });
  console.log(JSON.stringify({ url: server.url, pid: server.pid() }));
  setInterval(() => {}, 1000);
`;

async function queryOnce(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}

describe('ports and processes', () => {
  it('names the process that holds a port', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };

    await expect(assertPortFree(port, '--port', findPortHolder)).rejects.toMatchObject({
      code: 'PORT_OCCUPIED',
      message: expect.stringContaining(`(pid ${process.pid})`),
      remedy: expect.stringContaining('--port'),
    });
    server.close();
  });

  it('does not take a later process for the one in the pid file', async () => {
    const child = spawn('sleep', ['60']);
    const path = join(directory.path, 'child.pid');
    writePidFile(path, child.pid ?? -1);
    const alive = readLivePid(path);
    writeFileSync(path, JSON.stringify({ pid: child.pid, startTime: '1' }));
    const other = readLivePid(path);
    child.kill();

    expect(alive).toBe(child.pid);
    expect(other).toBeUndefined();
  });
});
