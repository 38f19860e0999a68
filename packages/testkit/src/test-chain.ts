import { join } from 'node:path';
import {
  approveToken,
  authorizeSigner,
  type ChainClient,
  createChainClient,
  createFileJournal,
  createReadClient,
  createTransactionQueue,
  depositEscrow,
  registerNode,
  stakeCollateral,
  type TransactionQueue,
  transferToken,
} from '@ddai/chain';
import { deployProtocol, localParties, type Network, protocolParameters } from '@ddai/contracts';
import { silentLogger, systemClock } from '@ddai/core';
import { type AnvilSupervisor, findAnvil, findFreePort, startAnvil } from '@ddai/engines';
import type { AddressBook, WorkClass } from '@ddai/protocol';
import { type Address, createWalletClient, http, type PrivateKeyAccount, parseEther } from 'viem';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { createTemporaryDirectory } from './temporary-directory.ts';

/** A real chain with the real contracts, and money to spend on it. */
export interface TestChain {
  readonly client: ChainClient;
  readonly supervisor: AnvilSupervisor;
  /** A queue for a new account that holds `tokens` wei of DDAI and an ether. */
  openAccount(
    tokens: bigint,
  ): Promise<{ readonly account: PrivateKeyAccount; readonly queue: TransactionQueue }>;
  /** A staked and registered node. */
  addNode(classes: readonly WorkClass[]): Promise<{
    readonly operator: Address;
    readonly signer: PrivateKeyAccount;
    readonly operatorQueue: TransactionQueue;
  }>;
  /** A payer with `deposit` wei in escrow who lets `gatewaySigner` spend all of it. */
  addPayer(
    gatewaySigner: Address,
    deposit: bigint,
  ): Promise<{ readonly payer: Address; readonly queue: TransactionQueue }>;
  /**
   * Lets the chain's clock, which goes on from there, show at least this moment (unix seconds) and
   * mines a block; for a network whose days nobody waits for.
   */
  advanceTo(moment: bigint): Promise<void>;
  /** Mines empty blocks; 64 later a block is final. */
  mine(blocks: number): Promise<void>;
  stop(): Promise<void>;
}

export interface TestChainOptions {
  /** Whose parameters the deployment has. Default `local`, whose time unit is one second. */
  readonly network?: Network;
  /** Who may cancel judged slashes. Default nobody whose key a test has. */
  readonly slashGuardian?: Address | undefined;
}

const CHAIN_ID = 31_337;
const NODE_STAKE = parseEther('60000');
const ALLOWANCE_SECONDS = 86_400;

export async function startTestChain({
  network = 'local',
  slashGuardian,
}: TestChainOptions = {}): Promise<TestChain> {
  const directory = createTemporaryDirectory();
  const market = privateKeyToAccount(generatePrivateKey());
  const port = await findFreePort();
  const supervisor = await startAnvil(
    {
      binary: findAnvil(),
      directory: join(directory.path, 'chain'),
      port,
      chainId: CHAIN_ID,
      alloc: { [market.address]: parseEther('1000000') },
    },
    { clock: systemClock, logger: silentLogger },
  );
  const addressBook = await deployLocal(supervisor, market, { network, slashGuardian }).catch(
    async (error: unknown) => {
      await supervisor.stop();
      directory.remove();
      throw error;
    },
  );
  const client = await createChainClient({ rpcUrl: supervisor.url, addressBook });
  const queues: TransactionQueue[] = [];
  const openQueue = async (account: PrivateKeyAccount): Promise<TransactionQueue> => {
    const queue = await createTransactionQueue(
      { chain: client, account, settleMilliseconds: 10_000 },
      { journal: createFileJournal(join(directory.path, account.address)), logger: silentLogger },
    );
    queues.push(queue);
    return queue;
  };
  const marketQueue = await openQueue(market);

  const openAccount: TestChain['openAccount'] = async (tokens) => {
    const account = privateKeyToAccount(generatePrivateKey());
    await marketQueue.submit({
      to: account.address,
      data: '0x',
      value: parseEther('1'),
      label: 'ether',
    });
    if (tokens > 0n)
      await marketQueue.submit(transferToken(client, { to: account.address, amount: tokens }));
    return { account, queue: await openQueue(account) };
  };

  const askAnvil = async (method: string, ...params: readonly number[]): Promise<void> => {
    const request = client.publicClient.request as (call: {
      method: string;
      params: readonly number[];
    }) => Promise<unknown>;
    await request({ method, params });
  };

  return {
    client,
    supervisor,
    openAccount,
    async addNode(classes) {
      const { account: operator, queue: operatorQueue } = await openAccount(NODE_STAKE);
      const { account: signer } = await openAccount(0n);
      await operatorQueue.submit(
        approveToken(client, { spender: addressBook.contracts.Staking, amount: NODE_STAKE }),
      );
      await operatorQueue.submit(stakeCollateral(client, NODE_STAKE));
      await operatorQueue.submit(
        await registerNode(client, {
          operator: operator.address,
          signer,
          payout: operator.address,
          classes,
          capacity: 1,
        }),
      );
      return { operator: operator.address, signer, operatorQueue };
    },
    async addPayer(gatewaySigner, deposit) {
      const { account, queue } = await openAccount(deposit);
      await queue.submit(
        approveToken(client, { spender: addressBook.contracts.PaymentsEscrow, amount: deposit }),
      );
      await queue.submit(depositEscrow(client, { payer: account.address, amount: deposit }));
      const expires = BigInt(Math.floor(Date.now() / 1000) + ALLOWANCE_SECONDS);
      await queue.submit(
        authorizeSigner(client, {
          signer: gatewaySigner,
          cap: deposit,
          dailyLimit: deposit,
          expires,
        }),
      );
      return { payer: account.address, queue };
    },
    async advanceTo(moment) {
      const { timestamp } = await client.publicClient.getBlock({ blockTag: 'pending' });
      if (moment > timestamp) await askAnvil('evm_increaseTime', Number(moment - timestamp));
      await askAnvil('evm_mine');
    },
    mine: (blocks) => askAnvil('anvil_mine', blocks),
    async stop() {
      for (const queue of queues) queue.stop();
      await supervisor.stop();
      directory.remove();
    },
  };
}

async function deployLocal(
  supervisor: AnvilSupervisor,
  market: PrivateKeyAccount,
  { network = 'local', slashGuardian = market.address }: TestChainOptions,
): Promise<AddressBook> {
  const publicClient = createReadClient(supervisor.url, CHAIN_ID);
  const { chain } = publicClient;
  if (chain === undefined) throw new Error('a read client always knows its chain');
  const wallet = createWalletClient({
    account: market,
    chain,
    transport: http(supervisor.url, { retryCount: 0 }),
  });
  const { addressBook } = await deployProtocol({
    publicClient,
    sender: {
      account: market,
      sendTransaction: (request) => wallet.sendTransaction({ ...request, account: market, chain }),
    },
    parameters: protocolParameters(network),
    parties: { ...localParties(market.address), slashGuardian },
  });
  return addressBook;
}
