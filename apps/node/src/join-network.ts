import { setTimeout as delay } from 'node:timers/promises';
import {
  approveToken,
  type ChainClient,
  createFileJournal,
  createTransactionQueue,
  readNodeStanding,
  registerNode,
  stakeCollateral,
  updateNode,
} from '@ddai/chain';
import { DdaiError, type Logger } from '@ddai/core';
import { ddaiTokenAbi, WORK_CLASSES, type WorkClass } from '@ddai/protocol';
import { type Address, formatEther, type PrivateKeyAccount } from 'viem';

export interface JoinNetworkOptions {
  readonly operator: PrivateKeyAccount;
  readonly signer: PrivateKeyAccount;
  /** Where the node's money goes; undefined leaves it as registered, at first the operator. */
  readonly payout: Address | undefined;
  /** Work classes to register; undefined leaves them as registered, at first `query`. */
  readonly classes: readonly WorkClass[] | undefined;
  /** Wei of DDAI to have at stake. */
  readonly stake: bigint;
  /** Ether, in wei, that the hot key gets for gas when it has less. */
  readonly signerGas: bigint;
  /** Keeps asking until the operator has the money, instead of failing. */
  readonly waitForFunds: boolean;
  readonly journalDirectory: string;
}

export interface JoinNetworkDependencies {
  readonly chain: ChainClient;
  readonly logger: Logger;
}

const FUNDS_POLL_MILLISECONDS = 300;
const CAPACITY = 4;
/** How long a mined transaction is watched: longer than a local chain can lose. */
const SETTLE_MILLISECONDS = 10_000;
/** Room for the operator's own transactions. */
const OPERATOR_GAS = 5_000_000n;

/**
 * Stakes and registers, doing only what is missing: running it again, or after a crash, is safe.
 * Classes and payout that differ from the registration are changed.
 * @throws {DdaiError} `NODE_FUNDS_LOW`, `TRANSACTION_REVERTED`
 */
export async function joinNetwork(
  options: JoinNetworkOptions,
  { chain, logger }: JoinNetworkDependencies,
): Promise<void> {
  const { operator, signer, payout, classes, stake, signerGas, journalDirectory } = options;
  const queue = await createTransactionQueue(
    { chain, account: operator, settleMilliseconds: SETTLE_MILLISECONDS },
    { journal: createFileJournal(journalDirectory), logger },
  );
  await queue.resendLost();
  const before = await readNodeStanding(chain, operator.address);
  const missing = before.stake < stake ? stake - before.stake : 0n;
  await waitForFunds(options, missing, chain);
  if (missing > 0n) {
    await queue.submit(
      approveToken(chain, { spender: chain.addressBook.contracts.Staking, amount: missing }),
    );
    await queue.submit(stakeCollateral(chain, missing));
    logger.info({ stake: formatEther(stake) }, 'staked');
  }
  if (before.signer === undefined) {
    await queue.submit(
      await registerNode(chain, {
        operator: operator.address,
        signer,
        payout: payout ?? operator.address,
        classes: classes ?? [WORK_CLASSES.query],
        capacity: CAPACITY,
      }),
    );
    logger.info({ operator: operator.address, signer: signer.address }, 'registered');
  } else {
    for (const request of await updateNode(chain, {
      operator: operator.address,
      classes,
      payout,
    })) {
      await queue.submit(request);
      logger.info({ operator: operator.address }, request.label);
    }
  }
  const gas = await chain.publicClient.getBalance({ address: signer.address });
  if (gas < signerGas) {
    await queue.submit({
      to: signer.address,
      data: '0x',
      value: signerGas - gas,
      label: 'gas money for the hot key',
    });
  }
  // The queue goes on watching in the background: a local chain may lose its last second.
}

async function waitForFunds(
  options: JoinNetworkOptions,
  tokens: bigint,
  chain: ChainClient,
): Promise<void> {
  const { operator, waitForFunds: patient, signerGas } = options;
  for (;;) {
    const [held, ether, gasPrice] = await Promise.all([
      chain.publicClient.readContract({
        address: chain.addressBook.contracts.DDAIToken,
        abi: ddaiTokenAbi,
        functionName: 'balanceOf',
        args: [operator.address],
      }),
      chain.publicClient.getBalance({ address: operator.address }),
      chain.publicClient.getGasPrice(),
    ]);
    const gas = tokens > 0n ? signerGas + OPERATOR_GAS * gasPrice : 0n;
    if (held >= tokens && ether >= gas) return;
    if (!patient) {
      throw new DdaiError({
        code: 'NODE_FUNDS_LOW',
        message:
          `the operator ${operator.address} has ${formatEther(held)} DDAI and ${formatEther(ether)} ether; ` +
          `joining needs ${formatEther(tokens)} DDAI and ${formatEther(gas)} ether`,
        remedy: 'Send it the difference and run the command again, or pass --wait-for-funds.',
      });
    }
    await delay(FUNDS_POLL_MILLISECONDS);
  }
}
