import { paymentsEscrowAbi } from '@ddai/protocol';
import { type Address, encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

export interface DepositEscrowOptions {
  readonly payer: Address;
  /** Wei. */
  readonly amount: bigint;
}

/** Pays `amount` wei into the escrow balance of `payer`. Needs an allowance for `PaymentsEscrow`. */
export function depositEscrow(
  chain: ChainClient,
  { payer, amount }: DepositEscrowOptions,
): TransactionRequest {
  return {
    to: chain.addressBook.contracts.PaymentsEscrow,
    data: encodeFunctionData({
      abi: paymentsEscrowAbi,
      functionName: 'deposit',
      args: [payer, amount],
    }),
    label: 'deposit into escrow',
  };
}
