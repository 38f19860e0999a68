import { paymentsEscrowAbi, type SignedVoucher } from '@ddai/protocol';
import { concat, encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

/** Collects vouchers of one node in one transaction; the order does not matter. */
export function collectVouchers(
  chain: ChainClient,
  vouchers: readonly SignedVoucher[],
): TransactionRequest {
  const signatures = concat(vouchers.map(({ signature }) => signature));
  return {
    to: chain.addressBook.contracts.PaymentsEscrow,
    data: encodeFunctionData({
      abi: paymentsEscrowAbi,
      functionName: 'collectMany',
      args: [vouchers, signatures],
    }),
    label: `collect ${vouchers.length} voucher${vouchers.length === 1 ? '' : 's'}`,
  };
}
