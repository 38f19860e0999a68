import { nodeRegistryAbi, paymentsEscrowAbi, stakingAbi, type WorkClass } from '@ddai/protocol';
import { type Address, getAddress, isAddressEqual, zeroAddress } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';

export interface NodeStanding {
  readonly operator: Address;
  /** The current hot key; undefined when the node is not registered or not active. */
  readonly signer: Address | undefined;
  readonly classes: readonly WorkClass[];
  /** Unthawed collateral in wei; 0 for a convicted node. */
  readonly stake: bigint;
  /** Whether the stake covers the minimum of every class that the node registered for. */
  readonly staked: boolean;
}

const CLASSES: readonly WorkClass[] = [0, 1, 2, 3];

/** Who a node is on chain now: what a gateway checks before it gives work. */
export async function readNodeStanding(
  chain: ChainClient,
  operator: Address,
): Promise<NodeStanding> {
  const { publicClient, addressBook } = chain;
  const { NodeRegistry, Staking, PaymentsEscrow } = addressBook.contracts;
  const [node, stake, minimums] = await readChain(
    'read a node’s standing',
    Promise.all([
      publicClient.readContract({
        address: NodeRegistry,
        abi: nodeRegistryAbi,
        functionName: 'node',
        args: [operator],
      }),
      publicClient.readContract({
        address: Staking,
        abi: stakingAbi,
        functionName: 'collateralOf',
        args: [operator],
      }),
      Promise.all(
        CLASSES.map((workClass) =>
          publicClient.readContract({
            address: PaymentsEscrow,
            abi: paymentsEscrowAbi,
            functionName: 'minimumStake',
            args: [workClass],
          }),
        ),
      ),
    ]),
  );
  const registered = node.active && !isAddressEqual(node.signer, zeroAddress);
  const classes = CLASSES.filter((workClass) => (node.classes & (1 << workClass)) !== 0);
  const needed = classes.reduce((sum, workClass) => sum + (minimums[workClass] ?? 0n), 0n);
  return {
    operator: getAddress(operator),
    signer: registered ? node.signer : undefined,
    classes,
    stake,
    staked: registered && stake >= needed,
  };
}
