import { ddaiTokenAbi } from '@ddai/protocol';
import { type Address, encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

export interface ApproveTokenOptions {
  readonly spender: Address;
  /** Wei. */
  readonly amount: bigint;
}

/** Lets `spender` take `amount` wei of the sender’s DDAI. */
export function approveToken(
  chain: ChainClient,
  { spender, amount }: ApproveTokenOptions,
): TransactionRequest {
  return {
    to: chain.addressBook.contracts.DDAIToken,
    data: encodeFunctionData({
      abi: ddaiTokenAbi,
      functionName: 'approve',
      args: [spender, amount],
    }),
    label: 'approve DDAI',
  };
}
