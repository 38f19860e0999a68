import { paymentsEscrowAbi } from '@ddai/protocol';
import { encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

/** Burns the fees’ burn share of all collections so far. By anybody. */
export function burnSetAside(chain: ChainClient): TransactionRequest {
  return {
    to: chain.addressBook.contracts.PaymentsEscrow,
    data: encodeFunctionData({ abi: paymentsEscrowAbi, functionName: 'burnSetAside', args: [] }),
    label: 'burn set-aside fees',
  };
}
