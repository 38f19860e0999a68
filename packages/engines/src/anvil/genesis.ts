import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { hexToBytes } from '@ddai/core';
import { writeFileDurably } from '@ddai/storage';
import { findFreePort } from '../process/free-port.ts';
import { stopProcess } from '../process/stop-process.ts';
import { callRpc } from './rpc.ts';
import { STATE_FILES } from './state-files.ts';
import { waitUntilReady } from './wait-until-ready.ts';

export interface GenesisOptions {
  readonly binary: string;
  readonly directory: string;
  readonly chainId: number;
  readonly hardfork: string;
  /** Accounts that hold ether from the start, to pay for gas: address to wei. */
  readonly alloc: Readonly<Record<string, bigint>>;
  /** Unix seconds of block 0. */
  readonly timestamp: number;
}

/**
 * Writes the first dump. anvil takes a genesis file or a dump, not both, and an own mnemonic
 * only as an argument that every user of the machine can read; so a first anvil starts from the
 * genesis file, is asked for its state, and ends.
 */
export async function writeGenesisState({
  binary,
  directory,
  chainId,
  hardfork,
  alloc,
  timestamp,
}: GenesisOptions): Promise<void> {
  const genesis = join(directory, 'genesis.json');
  writeFileSync(
    genesis,
    JSON.stringify({
      config: { chainId },
      nonce: '0x0',
      timestamp: `0x${timestamp.toString(16)}`,
      gasLimit: '0x3938700',
      difficulty: '0x0',
      alloc: Object.fromEntries(
        Object.entries(alloc).map(([address, wei]) => [
          address,
          { balance: `0x${wei.toString(16)}` },
        ]),
      ),
    }),
  );
  const port = await findFreePort();
  const args = [
    '--init',
    genesis,
    '--accounts',
    '0',
    '--port',
    String(port),
    '--chain-id',
    String(chainId),
    '--hardfork',
    hardfork,
    '--quiet',
  ];
  const child = spawn(binary, args, { stdio: 'ignore' });
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(url, child);
    const dump = (await callRpc(url, 'anvil_dumpState')) as string;
    writeFileDurably(join(directory, STATE_FILES.newest), gunzipSync(hexToBytes(dump)));
  } finally {
    if (child.pid !== undefined) await stopProcess(child.pid, 'SIGTERM', 3000);
  }
}
