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
import { emissionsControllerAbi, WORK_CLASSES } from '@ddai/protocol';
import type { FileStore } from '@ddai/storage';
import { type Address, formatEther } from 'viem';
import { settleDueBonded } from './settle-bonded.ts';
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

const PENDING_KEY = 'pending-epochs.json';
const SCANNED_KEY = 'scanned-to-block';
/** Public RPC providers answer log queries over a few thousand blocks at most. */
const BLOCKS_A_CALL = 2000n;
/** At most so many epochs in one transaction: gas stays far below a block. */
const EPOCHS_A_CLAIM = 50;
/** The newest blocks are looked at again: a chain may lose its tail. */
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
  if (units.every((share) => share === 0n)) return;
  await queue.submit(closeEpoch(chain));
  await settleDueBonded({ chain, queue, clock });
}

async function claim(dependencies: SettleEarningsDependencies): Promise<void> {
  const { node, chain, queue, store, logger } = dependencies;
  const open = (await readOpenEpoch(chain)).id;
  const pending = await findPendingEpochs(dependencies);
  const closed = pending.filter((epoch) => epoch < open);
  for (const workClass of Object.values(WORK_CLASSES)) {
    const epochs: bigint[] = [];
    let total = 0n;
    for (const epoch of closed) {
      const reward = await readReward(chain, { node, workClass, epoch });
      if (reward > 0n) epochs.push(epoch);
      total += reward;
    }
    for (let start = 0; start < epochs.length; start += EPOCHS_A_CLAIM) {
      await queue.submit(
        claimRewards(chain, {
          node,
          workClass,
          epochs: epochs.slice(start, start + EPOCHS_A_CLAIM),
        }),
      );
    }
    if (epochs.length > 0)
      logger.info({ epochs: epochs.map(String), amount: formatEther(total) }, 'claimed rewards');
  }
  savePending(
    store,
    pending.filter((epoch) => epoch >= open),
  );
}

/** Epochs that this node has not looked at since they closed, ascending. */
async function findPendingEpochs({ chain, store }: SettleEarningsDependencies): Promise<bigint[]> {
  const { publicClient, addressBook } = chain;
  const head = await publicClient.getBlockNumber();
  const stored = store.get(SCANNED_KEY);
  const from =
    stored === undefined ? BigInt(addressBook.deployedAtBlock) : BigInt(bytesToUtf8(stored));
  const found = new Set(readPending(store));
  for (let start = from; start <= head; start += BLOCKS_A_CALL) {
    const last = start + BLOCKS_A_CALL - 1n;
    const logs = await publicClient.getContractEvents({
      address: addressBook.contracts.EmissionsController,
      abi: emissionsControllerAbi,
      eventName: 'EpochOpened',
      fromBlock: start,
      toBlock: last < head ? last : head,
      strict: true,
    });
    for (const { args } of logs) found.add(args.epoch);
  }
  const pending = [...found].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  savePending(store, pending);
  const rescan = head - REORG_BLOCKS;
  store.put(SCANNED_KEY, (rescan > from ? rescan : from).toString());
  return pending;
}

function readPending(store: FileStore): bigint[] {
  const bytes = store.get(PENDING_KEY);
  return bytes === undefined ? [] : (JSON.parse(bytesToUtf8(bytes)) as string[]).map(BigInt);
}

function savePending(store: FileStore, pending: readonly bigint[]): void {
  store.put(PENDING_KEY, JSON.stringify(pending.map(String)));
}
