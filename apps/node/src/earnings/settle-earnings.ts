import {
  type ChainClient,
  claimRewards,
  closeEpoch,
  readEarnings,
  readOpenEpoch,
  readReward,
  type TransactionQueue,
  withdrawEarnings,
} from '@ddai/chain';
import { bytesToUtf8, type Clock, isDdaiError, type Logger, unixSeconds } from '@ddai/core';
import { emissionsControllerAbi, paymentsEscrowAbi, WORK_CLASSES } from '@ddai/protocol';
import type { FileStore } from '@ddai/storage';
import { type Address, formatEther } from 'viem';
import type { VoucherWallet } from './voucher-wallet.ts';

export interface SettleEarningsDependencies {
  readonly node: Address;
  readonly chain: ChainClient;
  readonly queue: TransactionQueue;
  readonly wallet: VoucherWallet;
  /** Remembers which epochs are unclaimed. */
  readonly store: FileStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

const PENDING_KEY = 'unclaimed-epochs.json';
const SCANNED_KEY = 'scanned-to-block';
/** Public RPC providers answer log queries over a few thousand blocks at most. */
const BLOCKS_A_CALL = 2000n;
/** The newest blocks are looked at again: a lost tail may move a collection to another epoch. */
const REORG_BLOCKS = 64n;

/**
 * One pass over a node's money: collect vouchers, withdraw what matured, close an epoch whose
 * time is over, claim rewards. Doing it twice changes nothing.
 */
export async function settleEarnings(dependencies: SettleEarningsDependencies): Promise<void> {
  const { wallet, logger } = dependencies;
  for (const step of [
    () => wallet.collect(),
    () => withdraw(dependencies),
    () => closeDueEpoch(dependencies),
    () => claim(dependencies),
  ]) {
    try {
      await step();
    } catch (error) {
      // Another node may have closed the epoch a moment before, or the chain is away: next pass.
      const expected =
        isDdaiError(error, 'TRANSACTION_REVERTED') || isDdaiError(error, 'CHAIN_UNREACHABLE');
      logger[expected ? 'debug' : 'warn'](
        { error: String(error) },
        'a settlement step waits for the next pass',
      );
    }
  }
}

async function withdraw({ node, chain, queue, logger }: SettleEarningsDependencies): Promise<void> {
  const { withdrawable } = await readEarnings(chain, node);
  if (withdrawable === 0n) return;
  await queue.submit(withdrawEarnings(chain, node));
  logger.info({ amount: formatEther(withdrawable) }, 'withdrew matured earnings');
}

async function closeDueEpoch({
  node,
  chain,
  queue,
  clock,
}: SettleEarningsDependencies): Promise<void> {
  const epoch = await readOpenEpoch(chain);
  if (Number(epoch.endsAt) > unixSeconds(clock)) return;
  const units = await Promise.all(
    Object.values(WORK_CLASSES).map((workClass) =>
      chain.publicClient.readContract({
        address: chain.addressBook.contracts.EmissionsController,
        abi: emissionsControllerAbi,
        functionName: 'unitsOf',
        args: [node, workClass, epoch.id],
      }),
    ),
  );
  if (units.some((share) => share > 0n)) await queue.submit(closeEpoch(chain));
}

async function claim(dependencies: SettleEarningsDependencies): Promise<void> {
  const { node, chain, queue, logger } = dependencies;
  const open = (await readOpenEpoch(chain)).id;
  const pending = await findPendingEpochs(dependencies);
  for (const workClass of Object.values(WORK_CLASSES)) {
    const epochs: bigint[] = [];
    let total = 0n;
    for (const { epoch } of pending.filter(
      (entry) => entry.workClass === workClass && entry.epoch < open,
    )) {
      const reward = await readReward(chain, { node, workClass, epoch });
      if (reward > 0n) epochs.push(epoch);
      total += reward;
    }
    if (epochs.length === 0) continue;
    await queue.submit(claimRewards(chain, { node, workClass, epochs }));
    logger.info({ epochs: epochs.map(String), amount: formatEther(total) }, 'claimed rewards');
  }
  savePending(
    dependencies.store,
    pending.filter(({ epoch }) => epoch >= open),
  );
}

interface PendingEpoch {
  readonly workClass: number;
  readonly epoch: bigint;
}

/** Epochs in which this node collected, in ascending order, as far as they may still be unclaimed. */
async function findPendingEpochs({
  node,
  chain,
  store,
}: SettleEarningsDependencies): Promise<PendingEpoch[]> {
  const { publicClient, addressBook } = chain;
  const head = await publicClient.getBlockNumber();
  const stored = store.get(SCANNED_KEY);
  const from =
    stored === undefined ? BigInt(addressBook.deployedAtBlock) : BigInt(bytesToUtf8(stored));
  const found = new Map(
    readPending(store).map((entry) => [`${entry.workClass}:${entry.epoch}`, entry]),
  );
  for (let start = from; start <= head; start += BLOCKS_A_CALL) {
    const logs = await publicClient.getContractEvents({
      address: addressBook.contracts.PaymentsEscrow,
      abi: paymentsEscrowAbi,
      eventName: 'Collected',
      args: { node },
      fromBlock: start,
      toBlock: start + BLOCKS_A_CALL - 1n < head ? start + BLOCKS_A_CALL - 1n : head,
      strict: true,
    });
    for (const { args } of logs)
      found.set(`${args.workClass}:${args.epoch}`, {
        workClass: args.workClass,
        epoch: args.epoch,
      });
  }
  const pending = [...found.values()].sort((a, b) =>
    a.epoch < b.epoch ? -1 : a.epoch > b.epoch ? 1 : 0,
  );
  savePending(store, pending);
  const rescan = head > REORG_BLOCKS ? head - REORG_BLOCKS : 0n;
  store.put(SCANNED_KEY, (rescan > from ? rescan : from).toString());
  return pending;
}

function readPending(store: FileStore): PendingEpoch[] {
  const bytes = store.get(PENDING_KEY);
  if (bytes === undefined) return [];
  const rows = JSON.parse(bytesToUtf8(bytes)) as { workClass: number; epoch: string }[];
  return rows.map(({ workClass, epoch }) => ({ workClass, epoch: BigInt(epoch) }));
}

function savePending(store: FileStore, pending: readonly PendingEpoch[]): void {
  store.put(
    PENDING_KEY,
    JSON.stringify(pending.map(({ workClass, epoch }) => ({ workClass, epoch: epoch.toString() }))),
  );
}
