import { emissionsControllerAbi, type WorkClass } from '@ddai/protocol';
import { type Address, encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

export interface ClaimRewardsOptions {
  readonly node: Address;
  readonly workClass: WorkClass;
  readonly epochs: readonly bigint[];
}

/** Sends a node’s rewards of closed epochs (ascending) to its payout address. */
export function claimRewards(
  chain: ChainClient,
  { node, workClass, epochs }: ClaimRewardsOptions,
): TransactionRequest {
  return {
    to: chain.addressBook.contracts.EmissionsController,
    data: encodeFunctionData({
      abi: emissionsControllerAbi,
      functionName: 'claim',
      args: [node, workClass, [...epochs]],
    }),
    label: 'claim rewards',
  };
}
