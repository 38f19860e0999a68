import { paymentsEscrowAbi } from '@ddai/protocol';
import { type Address, encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

export interface AuthorizeSignerOptions {
  readonly signer: Address;
  /** Wei that vouchers of this key may collect from now on, before the fee. */
  readonly cap: bigint;
  /** Wei a day. */
  readonly dailyLimit: bigint;
  /** Unix seconds. */
  readonly expires: bigint;
}

/** Lets a gateway’s key sign vouchers that the sender pays. Replaces the former allowance. */
export function authorizeSigner(
  chain: ChainClient,
  { signer, cap, dailyLimit, expires }: AuthorizeSignerOptions,
): TransactionRequest {
  return {
    to: chain.addressBook.contracts.PaymentsEscrow,
    data: encodeFunctionData({
      abi: paymentsEscrowAbi,
      functionName: 'authorizeSigner',
      args: [signer, cap, dailyLimit, expires],
    }),
    label: 'authorise a gateway signer',
  };
}
