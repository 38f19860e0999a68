import { setTimeout as delay } from 'node:timers/promises';
import {
  burnSetAside,
  type ChainClient,
  type NodeEarnings,
  type Reconciliation,
  readContract,
  readNodeEarnings,
  reconcile,
} from '@ddai/chain';
import { DdaiError, isDdaiError } from '@ddai/core';
import { emissionsControllerAbi, WORK_CLASSES } from '@ddai/protocol';
import { formatEther } from 'viem';
import type { LocalChain } from './launch-chain.ts';
import type { CompanyAccount } from './open-accounts.ts';

export interface Settlement {
  readonly earnings: readonly NodeEarnings[];
  /** Wei promised by this gateway, all of it collected. */
  readonly promised: bigint;
  readonly reconciliation: Reconciliation;
}

const POLL_MILLISECONDS = 300;
const TIMEOUT_MILLISECONDS = 120_000;

/** Waits until the nodes have collected and claimed everything by themselves, burns, and checks the books. */
export async function settle(
  chain: LocalChain,
  accounts: readonly CompanyAccount[],
  onProgress: (words: string) => void,
): Promise<Settlement> {
  const { client } = chain;
  const deadline = Date.now() + TIMEOUT_MILLISECONDS;
  const promised = await sumPromised(accounts);
  for (;;) {
    const earnings = await readNodeEarnings(client);
    const collected = earnings.reduce((sum, node) => sum + node.collected, 0n);
    const outstanding = await readOutstandingRewards(client);
    const done = collected >= promised && outstanding === 0n;
    onProgress(
      collected < promised
        ? `${formatEther(collected)} of ${formatEther(promised)} DDAI collected`
        : `collected; ${formatEther(outstanding)} DDAI of rewards wait for their epoch or their claim`,
    );
    if (done) break;
    if (Date.now() > deadline) {
      throw new DdaiError({
        code: 'SETTLEMENT_LATE',
        message: `after ${TIMEOUT_MILLISECONDS / 1000} s ${formatEther(collected)} of ${formatEther(promised)} DDAI are collected and ${formatEther(outstanding)} of rewards unclaimed`,
        remedy: 'See logs/node-*.log and logs/site-*.log in the state directory.',
      });
    }
    await delay(POLL_MILLISECONDS);
  }
  await chain.marketQueue.submit(burnSetAside(client)).catch((error: unknown) => {
    if (!isDdaiError(error, 'TRANSACTION_REVERTED')) throw error; // Nothing set aside since an earlier run.
  });
  return {
    earnings: await readNodeEarnings(client),
    promised,
    reconciliation: await reconcile(client),
  };
}

async function sumPromised(accounts: readonly CompanyAccount[]): Promise<bigint> {
  let promised = 0n;
  for (const { client } of accounts)
    for (const { amount } of (await client.readUsage()).totals) promised += BigInt(amount);
  return promised;
}

/**
 * Units in the open epoch, and fee-backed rewards of closed ones that nobody has claimed yet. What
 * bonded work might still earn is owed too, but waits for nobody here.
 */
async function readOutstandingRewards(client: ChainClient): Promise<bigint> {
  const closed = await client.publicClient.getContractEvents({
    address: client.addressBook.contracts.EmissionsController,
    abi: emissionsControllerAbi,
    eventName: 'ClassClosed',
    fromBlock: BigInt(client.addressBook.deployedAtBlock),
    strict: true,
  });
  const parts = await Promise.all([
    ...Object.values(WORK_CLASSES).map((workClass) =>
      readContract(client, {
        contract: 'EmissionsController',
        functionName: 'openUnits',
        args: [workClass],
      }),
    ),
    ...closed.map(async ({ args }) => {
      const { remaining } = await readContract(client, {
        contract: 'EmissionsController',
        functionName: 'classResult',
        args: [args.epoch, args.workClass],
      });
      return remaining;
    }),
  ]);
  return parts.reduce((sum, part) => sum + part, 0n);
}
