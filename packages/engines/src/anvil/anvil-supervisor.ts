import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Clock, type Logger, unixSeconds } from '@ddai/core';
import { writeFileDurably } from '@ddai/storage';
import { assertPortFree } from '../process/free-port.ts';
import { readLivePid, removePidFile, writePidFile } from '../process/pid-file.ts';
import { findPortHolder } from '../process/port-holder.ts';
import { stopProcess } from '../process/stop-process.ts';
import { writeGenesisState } from './genesis.ts';
import { callRpc } from './rpc.ts';
import { findNewestState, keepGoodState, STATE_FILES } from './state-files.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface AnvilOptions {
  /** Path of the anvil binary. */
  readonly binary: string;
  /** Holds the dumps and the log; created. */
  readonly directory: string;
  readonly port: number;
  readonly chainId: number;
  /** Ether at genesis: address to wei. Used only when the directory holds no chain. */
  readonly alloc: Readonly<Record<string, bigint>>;
}

export interface AnvilDependencies {
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface AnvilSupervisor {
  readonly url: string;
  /** The process now running; changes when it is restarted. */
  pid(): number | undefined;
  /** The highest block that survives a power cut. */
  durableBlock(): number | undefined;
  /** Ends anvil politely, so that it writes its last dump. */
  stop(): Promise<void>;
}

const HARDFORK = 'cancun';
const WATCH_MILLISECONDS = 500;
const RESTART_PAUSE_MILLISECONDS = 200;

/**
 * Runs anvil, restarts it when it dies, and keeps the last two whole dumps. SIGKILL loses at
 * most the blocks since the last dump (one second); the transaction queue sends those again.
 */
export async function startAnvil(
  options: AnvilOptions,
  { clock, logger }: AnvilDependencies,
): Promise<AnvilSupervisor> {
  const { binary, directory, port, chainId, alloc } = options;
  const url = `http://127.0.0.1:${port}`;
  const pidFile = join(directory, 'anvil.pid');
  mkdirSync(directory, { recursive: true, mode: 0o700 });

  const leftover = readLivePid(pidFile);
  if (leftover !== undefined) await stopProcess(leftover, 'SIGTERM', 5000);
  await assertPortFree(port, '--chain-port', findPortHolder);
  if (findNewestState(directory) === undefined) {
    await writeGenesisState({
      binary,
      directory,
      chainId,
      hardfork: HARDFORK,
      alloc,
      timestamp: unixSeconds(clock),
    });
  }

  let child: ChildProcess | undefined;
  let stopping = false;
  let kept: number | undefined;

  const launch = async (): Promise<void> => {
    const newest = findNewestState(directory);
    if (newest === undefined) throw new Error('no chain state although one was just written');
    const start = join(directory, 'state.start.json');
    writeFileDurably(start, newest.bytes);
    const log = openSync(join(directory, 'anvil.log'), 'a', 0o600);
    const live = join(directory, STATE_FILES.live);
    const args = [
      '--load-state',
      start,
      '--dump-state',
      live,
      '--state-interval',
      '1',
      '--accounts',
      '0',
    ];
    args.push(
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--chain-id',
      String(chainId),
      '--hardfork',
      HARDFORK,
      '--quiet',
    );
    child = spawn(binary, args, { stdio: ['ignore', log, log] });
    const launched = child;
    launched.once('exit', (code, signal) => {
      if (!stopping) void relaunch(code ?? signal ?? 'unknown');
    });
    await waitUntilReady(url, launched);
    if (launched.pid !== undefined) writePidFile(pidFile, launched.pid);
    // Blocks must not go back in time when the machine's clock was behind the last head.
    if (newest.headTimestamp > unixSeconds(clock)) {
      await callRpc(url, 'evm_setTime', [(newest.headTimestamp + 1) * 1000]);
      logger.warn(
        { head: newest.headTimestamp },
        'the clock was behind the chain: moved the chain clock forward',
      );
    }
  };

  const relaunch = async (why: string | number): Promise<void> => {
    logger.warn({ why }, 'anvil ended unasked: starting it again from the last whole dump');
    for (;;) {
      await delay(RESTART_PAUSE_MILLISECONDS);
      if (stopping) return;
      try {
        await launch();
        return;
      } catch (error) {
        logger.error({ error }, 'anvil did not start again; trying once more');
      }
    }
  };

  await launch();
  const watch = setInterval(() => {
    kept = keepGoodState(directory, kept);
  }, WATCH_MILLISECONDS);

  const stop = async (): Promise<void> => {
    stopping = true;
    clearInterval(watch);
    if (child?.pid !== undefined) await stopProcess(child.pid, 'SIGTERM', 5000);
    keepGoodState(directory, kept);
    removePidFile(pidFile);
  };

  return { url, pid: () => child?.pid, durableBlock: () => kept, stop };
}
