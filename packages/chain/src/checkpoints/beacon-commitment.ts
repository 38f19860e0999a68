import { type Address, encodeAbiParameters, type Hex, keccak256 } from 'viem';
import type { ChainClient } from '../chain-client.ts';

/**
 * What a beacon seat commits to its secret. Computed here and never asked of the contract: whoever
 * serves the RPC would learn the secret before it is revealed.
 */
export function beaconCommitment(
  { chainId, addressBook }: Pick<ChainClient, 'chainId' | 'addressBook'>,
  {
    secret,
    operator,
    epoch,
  }: { readonly secret: Hex; readonly operator: Address; readonly epoch: bigint },
): Hex {
  return keccak256(
    encodeAbiParameters(
      [
        { type: 'bytes32' },
        { type: 'address' },
        { type: 'uint256' },
        { type: 'uint256' },
        { type: 'address' },
      ],
      [secret, operator, epoch, BigInt(chainId), addressBook.contracts.CheckpointManager],
    ),
  );
}
