import { paymentsEscrowAbi } from '@ddai/protocol';
import { type Address, encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

/** Sends a node’s matured earnings to its payout address. By its operator or signer. */
export function withdrawEarnings(chain: ChainClient, node: Address): TransactionRequest {
  return {
    to: chain.addressBook.contracts.PaymentsEscrow,
    data: encodeFunctionData({
      abi: paymentsEscrowAbi,
      functionName: 'withdrawEarnings',
      args: [node],
    }),
    label: 'withdraw earnings',
  };
}
