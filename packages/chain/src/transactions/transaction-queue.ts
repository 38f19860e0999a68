import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError, type Logger } from '@ddai/core';
import {
  type Address,
  type Hex,
  keccak256,
  type PrivateKeyAccount,
  type TransactionReceipt,
} from 'viem';
import type { ChainClient } from '../chain-client.ts';
import { explainRevert } from './explain-revert.ts';
import type { JournaledTransaction, TransactionJournal } from './transaction-journal.ts';

export interface TransactionRequest {
  readonly to: Address;
  readonly data: Hex;
  /** Ether in wei. Default 0. */
  readonly value?: bigint;
  /** What it does, for the log and for errors: `collect 3 vouchers`. */
  readonly label: string;
}

export interface TransactionQueueOptions {
  readonly chain: ChainClient;
  readonly account: PrivateKeyAccount;
  /** How long a mined transaction may still be lost with the chain's tail. */
  readonly settleMilliseconds: number;
}

export interface TransactionQueue {
  /**
   * Simulates, signs, keeps the signed bytes durably, sends, and waits for the receipt.
   * @throws {DdaiError} `TRANSACTION_REVERTED` in words, `TRANSACTION_NOT_MINED`: it is kept and sent again
   */
  submit(request: TransactionRequest): Promise<TransactionReceipt>;
  /** Sends again whatever the chain has lost. Call at start and now and then. */
  resendLost(): Promise<void>;
  /** Stops the background check; nothing is lost. */
  stop(): void;
}

const RECEIPT_TIMEOUT_MILLISECONDS = 60_000;
const CHECK_MILLISECONDS = 1000;
/**
 * Room for what changes between the estimate and the block: prices that move, and the few storage
 * words that whoever comes last in a block writes for all (the beacon's last reveal makes its value).
 */
const GAS_MARGIN_PERCENT = 125n;
const GAS_MARGIN = 100_000n;

/** Sends one account's transactions in order of nonce and survives the death of either side. */
export async function createTransactionQueue(
  { chain, account, settleMilliseconds }: TransactionQueueOptions,
  { journal, logger }: { readonly journal: TransactionJournal; readonly logger: Logger },
): Promise<TransactionQueue> {
  const { publicClient } = chain;
  const open = new Map<number, JournaledTransaction & { minedAt?: number }>();
  for (const entry of await journal.load()) open.set(entry.nonce, entry);
  let tail: Promise<unknown> = Promise.resolve();

  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const run = tail.then(work, work);
    tail = run.catch(() => undefined);
    return run;
  };

  const nextNonce = async (): Promise<number> => {
    const onChain = await publicClient.getTransactionCount({
      address: account.address,
      blockTag: 'pending',
    });
    return Math.max(onChain, ...[...open.keys()].map((nonce) => nonce + 1));
  };

  const broadcast = async ({ raw, label, hash }: JournaledTransaction): Promise<void> => {
    try {
      await publicClient.request(
        { method: 'eth_sendRawTransaction', params: [raw] },
        { retryCount: 0 },
      );
    } catch (error) {
      // Known already, or mined already: the receipt decides, not this answer.
      logger.debug(
        { hash, label, error: String(error) },
        'the chain did not take the transaction anew',
      );
    }
  };

  const sign = async ({
    to,
    data,
    value = 0n,
    label,
  }: TransactionRequest): Promise<JournaledTransaction> => {
    const call = { account: account.address, to, data, value, blockTag: 'pending' } as const;
    const gas = await publicClient.estimateGas(call).catch((error: unknown) => {
      throw explainRevert(label, error);
    });
    const fees = await publicClient.estimateFeesPerGas();
    const nonce = await nextNonce();
    const raw = await account.signTransaction({
      type: 'eip1559',
      chainId: chain.chainId,
      nonce,
      to,
      data,
      value,
      gas: (gas * GAS_MARGIN_PERCENT) / 100n + GAS_MARGIN,
      maxFeePerGas: fees.maxFeePerGas * 2n,
      maxPriorityFeePerGas: fees.maxPriorityFeePerGas,
    });
    const entry = { nonce, hash: keccak256(raw), raw, label };
    await journal.put(entry);
    open.set(nonce, entry);
    await broadcast(entry);
    return entry;
  };

  const waitForReceipt = async (entry: JournaledTransaction): Promise<TransactionReceipt> => {
    const deadline = Date.now() + RECEIPT_TIMEOUT_MILLISECONDS;
    for (let pause = 20; Date.now() < deadline; pause = Math.min(pause * 2, 500)) {
      const receipt = await publicClient
        .getTransactionReceipt({ hash: entry.hash })
        .catch(() => undefined);
      if (receipt !== undefined) return receipt;
      await delay(pause);
    }
    throw new DdaiError({
      code: 'TRANSACTION_NOT_MINED',
      message: `${entry.label}: not in a block after ${RECEIPT_TIMEOUT_MILLISECONDS / 1000} s (${entry.hash})`,
      remedy:
        'It is kept and will be sent again; a second one would do it twice. Look at the chain.',
    });
  };

  const submit = async (request: TransactionRequest): Promise<TransactionReceipt> => {
    const entry = await inOrder(() => sign(request));
    const receipt = await waitForReceipt(entry);
    const kept = open.get(entry.nonce);
    if (kept !== undefined) kept.minedAt = Date.now();
    if (receipt.status === 'success') return receipt;
    const { to, data } = request;
    const reason = await publicClient
      .call({ account: account.address, to, data, blockNumber: receipt.blockNumber })
      .then(
        () => new Error('the transaction failed in its block'),
        (error: unknown) => error,
      );
    throw explainRevert(request.label, reason);
  };

  const check = async (entry: JournaledTransaction & { minedAt?: number }): Promise<void> => {
    const receipt = await publicClient
      .getTransactionReceipt({ hash: entry.hash })
      .catch(() => undefined);
    if (receipt === undefined) {
      if (entry.minedAt !== undefined)
        logger.warn({ hash: entry.hash, label: entry.label }, 'lost with the chain: sending again');
      await broadcast(entry);
      return;
    }
    entry.minedAt ??= Date.now();
    if (Date.now() - entry.minedAt < settleMilliseconds) return;
    await journal.remove(entry.nonce);
    open.delete(entry.nonce);
  };

  const resendLost = (): Promise<void> =>
    inOrder(async () => {
      for (const entry of [...open.values()].sort((a, b) => a.nonce - b.nonce)) await check(entry);
    });

  const timer = setInterval(() => {
    if (open.size > 0)
      resendLost().catch((error: unknown) =>
        logger.warn({ error: String(error) }, 'cannot check transactions'),
      );
  }, CHECK_MILLISECONDS);
  timer.unref();

  return { submit, resendLost, stop: () => clearInterval(timer) };
}
