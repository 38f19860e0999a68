import { featureTiersAbi } from '@ddai/protocol';
import type { Address } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';

/** Number of the highest tier that an account's lock reaches; 0 is none. */
export async function readTier(chain: ChainClient, account: Address): Promise<number> {
  const tier = await readChain(
    'read tierOf',
    chain.publicClient.readContract({
      address: chain.addressBook.contracts.FeatureTiers,
      abi: featureTiersAbi,
      functionName: 'tierOf',
      args: [account],
    }),
  );
  return Number(tier);
}
