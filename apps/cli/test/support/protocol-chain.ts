import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  approveToken,
  createFileJournal,
  createTransactionQueue,
  readContract,
  registerNode,
  stakeCollateral,
  type TransactionQueue,
  transferToken,
} from '@ddai/chain';
import { silentLogger } from '@ddai/core';
import type { WorkClass } from '@ddai/protocol';
import { createTemporaryDirectory, startTestChain, type TestChain } from '@ddai/testkit';
import { type Hex, type PrivateKeyAccount, pad, parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { writeCheapKeystore } from './cheap-keystore.ts';
import { type Ended, type Running, runDdai, spawnDdai } from './run-ddai.ts';

/** Somebody with a keystore, who can also act without a process of its own. */
export interface Person {
  readonly account: PrivateKeyAccount;
  readonly privateKey: Hex;
  readonly queue: TransactionQueue;
  /** Runs `ddai` with this keystore, and gives what it wrote as JSON. */
  ddai(...args: string[]): Promise<Record<string, unknown>>;
  /** The same, for whatever may fail. */
  try(...args: string[]): Promise<Ended>;
  /** Starts a command and leaves it to the caller. */
  spawn(...args: string[]): Running;
  /** Runs a command that knows neither chain nor account. */
  offline(...args: string[]): Promise<Ended>;
}

/** A chain with the parameters of the main network, on which time is made to pass. */
export interface ProtocolChain {
  readonly chain: TestChain;
  readonly folder: string;
  /** Somebody with `tokens` DDAI. */
  addPerson(tokens: string, privateKey?: Hex): Promise<Person>;
  /** The slash guardian's key. */
  readonly guardianKey: Hex;
  /** Somebody with `stake` DDAI of collateral and a node, whose signer it is itself. */
  addNode(classes: readonly WorkClass[], stake: string): Promise<Person>;
  /** Writes a file into the test's folder. @return Its path. */
  write(name: string, content: string | Uint8Array): string;
  /** Runs a command that only reads. */
  show(...args: string[]): Promise<Record<string, unknown>>;
  now(): Promise<bigint>;
  stop(): Promise<void>;
}

export async function startProtocolChain(): Promise<ProtocolChain> {
  const directory = createTemporaryDirectory();
  const guardianKey = generatePrivateKey();
  const slashGuardian = privateKeyToAccount(guardianKey).address;
  const chain = await startTestChain({ network: 'main', slashGuardian });
  const bank = await chain.openAccount(parseEther('50000000'));
  const queues: TransactionQueue[] = [];
  const addresses = join(directory.path, 'addresses.json');
  writeFileSync(addresses, JSON.stringify(chain.client.addressBook));
  const common = ['--rpc', chain.client.rpcUrl, '--addresses', addresses];
  const home = join(directory.path, 'home');
  const run = async (args: readonly string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await runDdai([...args, ...common, '--json'], { home });
    if (code !== 0) throw new Error(`ddai ${args.join(' ')} exited ${code}: ${stderr}`);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  const addPerson: ProtocolChain['addPerson'] = async (
    tokens,
    privateKey = generatePrivateKey(),
  ) => {
    const account = privateKeyToAccount(privateKey);
    const keystore = join(directory.path, `${account.address}.json`);
    writeCheapKeystore(keystore, privateKey);
    await bank.queue.submit({
      to: account.address,
      data: '0x',
      value: parseEther('0.05'),
      label: 'ether',
    });
    const amount = parseEther(tokens);
    if (amount > 0n)
      await bank.queue.submit(transferToken(chain.client, { to: account.address, amount }));
    const queue = await createTransactionQueue(
      { chain: chain.client, account, settleMilliseconds: 10_000 },
      {
        journal: createFileJournal(join(directory.path, 'queues', account.address)),
        logger: silentLogger,
      },
    );
    queues.push(queue);
    const signing = ['--keystore', keystore, '--yes'];
    return {
      account,
      privateKey,
      queue,
      ddai: (...args) => run([...args, ...signing]),
      spawn: (...args) => spawnDdai([...args, ...common, ...signing], { home }),
      offline: (...args) => runDdai(args, { home }),
      try: (...args) => runDdai([...args, ...common, ...signing], { home }),
    };
  };

  return {
    chain,
    folder: directory.path,
    guardianKey,
    addPerson,
    async addNode(classes, stake) {
      const person = await addPerson(stake);
      const amount = parseEther(stake);
      const { Staking: spender } = chain.client.addressBook.contracts;
      await person.queue.submit(approveToken(chain.client, { spender, amount }));
      await person.queue.submit(stakeCollateral(chain.client, amount));
      await person.queue.submit(
        await registerNode(chain.client, {
          operator: person.account.address,
          signer: person.account,
          payout: person.account.address,
          classes,
          capacity: 1,
          consensusKey: pad(person.account.address),
        }),
      );
      return person;
    },
    write(name, content) {
      const path = join(directory.path, name);
      writeFileSync(path, content);
      return path;
    },
    show: (...args) => run(args),
    async now() {
      const block = await chain.client.publicClient.getBlock({ blockTag: 'pending' });
      return block.timestamp;
    },
    async stop() {
      for (const queue of queues) queue.stop();
      await chain.stop();
      directory.remove();
    },
  };
}

/** Somebody's collateral in wei, also once it is convicted and counts for nothing any more. */
export async function collateralOf({ chain }: ProtocolChain, person: Person): Promise<bigint> {
  const { active } = await readContract(chain.client, {
    contract: 'Staking',
    functionName: 'position',
    args: [person.account.address, 0],
  });
  return active;
}
