import { nodeRegistryAbi, type WorkClass } from '@ddai/protocol';
import { type Address, encodeFunctionData, isAddressEqual } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import type { TransactionRequest } from '../transactions/transaction-queue.ts';

export interface UpdateNodeOptions {
  /** A registered operator: who has to send the transactions. */
  readonly operator: Address;
  /** All work classes from now on; undefined leaves them. */
  readonly classes: readonly WorkClass[] | undefined;
  /** Where the node's money goes from now on; undefined leaves it. */
  readonly payout: Address | undefined;
}

/**
 * The transactions that make a registration what is asked for: none when it already is. Collateral
 * must cover the minimum of all classes together, as at the registration.
 */
export async function updateNode(
  { publicClient, addressBook }: ChainClient,
  { operator, classes, payout }: UpdateNodeOptions,
): Promise<TransactionRequest[]> {
  const registry = { address: addressBook.contracts.NodeRegistry, abi: nodeRegistryAbi } as const;
  const node = await publicClient.readContract({
    ...registry,
    functionName: 'node',
    args: [operator],
  });
  const requests: TransactionRequest[] = [];
  const bits = classes?.reduce<number>((all, workClass) => all | (1 << workClass), 0);
  if (bits !== undefined && bits !== node.classes) {
    requests.push({
      to: registry.address,
      data: encodeFunctionData({
        ...registry,
        functionName: 'update',
        args: [bits, node.capacity, node.consensusKey, node.endpoint],
      }),
      label: 'change the node’s work classes',
    });
  }
  if (payout !== undefined && !isAddressEqual(payout, node.payout)) {
    requests.push({
      to: registry.address,
      data: encodeFunctionData({ ...registry, functionName: 'setPayout', args: [payout] }),
      label: 'change where the node’s money goes',
    });
  }
  return requests;
}
