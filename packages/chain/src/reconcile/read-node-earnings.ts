import { emissionsControllerAbi, paymentsEscrowAbi } from '@ddai/protocol';
import type { Address } from 'viem';
import type { ChainClient } from '../chain-client.ts';

/** What one node earned on chain, in wei. */
export interface NodeEarnings {
  readonly node: Address;
  /** Collected from payers, before rewards. */
  readonly collected: bigint;
  /** Of that, matured and sent to its payout address. */
  readonly withdrawn: bigint;
  readonly rewards: bigint;
}

/** Every node that ever collected, from the deployment's events, most first. */
export async function readNodeEarnings(chain: ChainClient): Promise<NodeEarnings[]> {
  const { publicClient, addressBook } = chain;
  const { PaymentsEscrow, EmissionsController } = addressBook.contracts;
  const range = {
    fromBlock: BigInt(addressBook.deployedAtBlock),
    toBlock: 'latest',
    strict: true,
  } as const;
  const [escrowEvents, claims] = await Promise.all([
    publicClient.getContractEvents({ ...range, address: PaymentsEscrow, abi: paymentsEscrowAbi }),
    publicClient.getContractEvents({
      ...range,
      address: EmissionsController,
      abi: emissionsControllerAbi,
    }),
  ]);
  const nodes = new Map<Address, NodeEarnings>();
  const add = (node: Address, part: Partial<Omit<NodeEarnings, 'node'>>): void => {
    const { collected, withdrawn, rewards } = nodes.get(node) ?? {
      collected: 0n,
      withdrawn: 0n,
      rewards: 0n,
    };
    nodes.set(node, {
      node,
      collected: collected + (part.collected ?? 0n),
      withdrawn: withdrawn + (part.withdrawn ?? 0n),
      rewards: rewards + (part.rewards ?? 0n),
    });
  };
  for (const { eventName, args } of escrowEvents) {
    if (eventName === 'Collected') add(args.node, { collected: args.net });
    if (eventName === 'EarningsWithdrawn') add(args.node, { withdrawn: args.amount });
  }
  for (const { eventName, args } of claims)
    if (eventName === 'Claimed' || eventName === 'BondedClaimed')
      add(args.node, { rewards: args.amount });
  return [...nodes.values()].sort((a, b) =>
    a.collected > b.collected ? -1 : a.collected < b.collected ? 1 : 0,
  );
}
