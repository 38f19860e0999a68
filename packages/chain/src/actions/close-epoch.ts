import { emissionsControllerAbi } from '@ddai/protocol';
import { encodeFunctionData } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

/** Closes the reward epoch whose time is over. By anybody. */
export function closeEpoch(chain: ChainClient): TransactionRequest {
  return {
    to: chain.addressBook.contracts.EmissionsController,
    data: encodeFunctionData({ abi: emissionsControllerAbi, functionName: 'closeEpoch', args: [] }),
    label: 'close the reward epoch',
  };
}
