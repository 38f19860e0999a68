import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import {
  type Account,
  type Address,
  type Chain,
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  type PublicClient,
  parseEther,
  type TestClient,
  type Transport,
  type WalletClient,
} from 'viem';
import { mnemonicToAccount } from 'viem/accounts';
import { anvil as anvilChain } from 'viem/chains';

/** Anvil's own first accounts; worthless everywhere else. */
const MNEMONIC = 'test test test test test test test test test test test junk';

export interface Anvil {
  readonly publicClient: PublicClient;
  readonly testClient: TestClient;
  walletOf(index: number): WalletClient<Transport, Chain, Account>;
  /** Sends a call as the timelock, as a proposal that passed would. */
  asTimelock(timelock: Address, call: { to: Address; data: Hex }): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an anvil of its own on a port that the system picks. */
export async function startAnvil(args: readonly string[] = []): Promise<Anvil> {
  const child = spawn(binary(), ['--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const transport = http(`http://${await listening(child)}`, { retryCount: 0 });
  const shared = { chain: anvilChain, transport, cacheTime: 0, pollingInterval: 50 };
  const publicClient = createPublicClient(shared);
  const testClient = createTestClient({ ...shared, mode: 'anvil' });
  return {
    publicClient,
    testClient,
    walletOf: (addressIndex) =>
      createWalletClient({ ...shared, account: mnemonicToAccount(MNEMONIC, { addressIndex }) }),
    asTimelock: async (timelock, call) => {
      await testClient.impersonateAccount({ address: timelock });
      await testClient.setBalance({ address: timelock, value: parseEther('1') });
      const client = createWalletClient({ ...shared, account: timelock });
      const hash = await client.sendTransaction(call);
      await publicClient.waitForTransactionReceipt({ hash });
    },
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}

function binary(): string {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@foundry-rs/anvil-${process.platform}-${arch}`;
  return `${dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))}/bin/anvil`;
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const address = /Listening on (\S+)/.exec(output)?.[1];
      if (address) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`anvil exited with ${code}: ${output}`)));
  });
}
