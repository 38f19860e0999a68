import { stakingAbi } from '@ddai/protocol';
import { encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

/** Adds `amount` wei to the sender’s collateral. Needs an allowance for `Staking`. */
export function stakeCollateral(chain: ChainClient, amount: bigint): TransactionRequest {
  return {
    to: chain.addressBook.contracts.Staking,
    data: encodeFunctionData({ abi: stakingAbi, functionName: 'stake', args: [amount] }),
    label: 'stake collateral',
  };
}
