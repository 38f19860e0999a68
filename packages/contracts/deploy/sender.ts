import { setTimeout as delay } from 'node:timers/promises';
import { DdaiError } from '@ddai/core';
import type { Address, Hex, PublicClient, TransactionReceipt } from 'viem';

/** A transaction to be sent; gas is estimated on the state before its wave. */
export interface Call {
  readonly to: Address;
  readonly data: Hex;
}

/** What a deploy needs of a wallet; a viem wallet client with an account has it. */
export interface TransactionSender {
  readonly account: { readonly address: Address };
  sendTransaction(request: Call & { readonly nonce: number; readonly gas: bigint }): Promise<Hex>;
}

/** The chain as the deploy uses it. */
export interface ChainAccess {
  readonly chainId: number;
  readonly deployer: Address;
  hasCode(address: Address): Promise<boolean>;
  /** Waits until no transaction of the deployer is in flight, of a run that died for instance. */
  settled(): Promise<void>;
  /** Sends all calls at once with ascending nonces and waits for every receipt. */
  sendAll(calls: readonly Call[]): Promise<readonly TransactionReceipt[]>;
}

/** An estimate is a lower bound: the block's time and a warm slot may differ when it is mined. */
const GAS_MARGIN_PERCENT = 120n;
const SETTLE_MILLISECONDS = 120_000;
const POLL_MILLISECONDS = 50;

export async function createChainAccess(
  publicClient: PublicClient,
  sender: TransactionSender,
): Promise<ChainAccess> {
  const deployer = sender.account.address;
  const chainId = await publicClient.getChainId();

  async function sendAll(calls: readonly Call[]): Promise<readonly TransactionReceipt[]> {
    const gas = await Promise.all(
      calls.map((call) => publicClient.estimateGas({ account: deployer, ...call })),
    );
    const nonce = await publicClient.getTransactionCount({
      address: deployer,
      blockTag: 'pending',
    });
    const hashes: Hex[] = [];
    for (const [index, call] of calls.entries()) {
      const limit = ((gas[index] ?? 0n) * GAS_MARGIN_PERCENT) / 100n;
      hashes.push(await sender.sendTransaction({ ...call, nonce: nonce + index, gas: limit }));
    }
    return Promise.all(
      hashes.map((hash) =>
        publicClient.waitForTransactionReceipt({ hash, pollingInterval: 100, timeout: 120_000 }),
      ),
    );
  }

  async function settled(): Promise<void> {
    const deadline = Date.now() + SETTLE_MILLISECONDS;
    for (;;) {
      const [mined, sent] = await Promise.all(
        (['latest', 'pending'] as const).map((blockTag) =>
          publicClient.getTransactionCount({ address: deployer, blockTag }),
        ),
      );
      if (mined === sent) return;
      if (Date.now() > deadline)
        throw new DdaiError({
          code: 'DEPLOY_STEP_FAILED',
          message: `transactions of ${deployer} have waited for ${SETTLE_MILLISECONDS / 1000} s to be mined`,
          remedy: 'Wait until they are, or replace them by ones that pay more; then deploy again.',
          fields: { chainId, mined, sent },
          retryable: true,
        });
      await delay(POLL_MILLISECONDS);
    }
  }

  return {
    chainId,
    deployer,
    settled,
    hasCode: async (address) => ((await publicClient.getCode({ address })) ?? '0x') !== '0x',
    sendAll,
  };
}
