import { ddaiTokenAbi } from '@ddai/protocol';
import { type Address, encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

export interface TransferTokenOptions {
  readonly to: Address;
  /** Wei. */
  readonly amount: bigint;
}

/** Sends `amount` wei of DDAI to `to`. */
export function transferToken(
  chain: ChainClient,
  { to, amount }: TransferTokenOptions,
): TransactionRequest {
  return {
    to: chain.addressBook.contracts.DDAIToken,
    data: encodeFunctionData({ abi: ddaiTokenAbi, functionName: 'transfer', args: [to, amount] }),
    label: 'transfer DDAI',
  };
}
