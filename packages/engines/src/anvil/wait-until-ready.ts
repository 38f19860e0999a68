import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError } from '@ddai/core';
import { callRpc } from './rpc.ts';

const READY_TIMEOUT_MILLISECONDS = 20_000;

/** Resolves when the child answers `eth_chainId`. @throws {DdaiError} `CHAIN_START_FAILED` */
export async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MILLISECONDS;
  let spawnError: unknown;
  child.once('error', (error) => {
    spawnError = error;
  });
  for (;;) {
    if (
      spawnError !== undefined ||
      child.exitCode !== null ||
      child.signalCode !== null ||
      Date.now() > deadline
    ) {
      throw new DdaiError({
        code: 'CHAIN_START_FAILED',
        message: `anvil did not come up at ${url} (exit ${child.exitCode ?? child.signalCode ?? 'none'})`,
        remedy: 'See the chain log in the state directory; `ddai reset` starts a new chain.',
        cause: spawnError,
      });
    }
    try {
      await callRpc(url, 'eth_chainId');
      return;
    } catch {
      await delay(30); // Not listening yet.
    }
  }
}
