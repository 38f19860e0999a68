import { emissionsControllerAbi, type WorkClass } from '@ddai/protocol';
import type { Address } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';

/** The open epoch: its id, when it ends (Unix seconds), its budget in wei. */
export async function readOpenEpoch(chain: ChainClient) {
  return readChain(
    'read openEpoch',
    chain.publicClient.readContract({
      address: chain.addressBook.contracts.EmissionsController,
      abi: emissionsControllerAbi,
      functionName: 'openEpoch',
    }),
  );
}

/** Wei that a node can claim for a closed epoch and class. */
export async function readReward(
  chain: ChainClient,
  { node, workClass, epoch }: { node: Address; workClass: WorkClass; epoch: bigint },
): Promise<bigint> {
  return readChain(
    'read rewardOf',
    chain.publicClient.readContract({
      address: chain.addressBook.contracts.EmissionsController,
      abi: emissionsControllerAbi,
      functionName: 'rewardOf',
      args: [node, workClass, epoch],
    }),
  );
}
