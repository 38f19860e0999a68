import { checkpointManagerAbi } from '@ddai/protocol';
import type { Address } from 'viem';
import { readContract } from '../calls/contract-call.ts';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';

/**
 * The seats in office in a beacon epoch, in their order, including those lost since: the newest list
 * that had begun by then. A round is written down by the first commit only, so it cannot be asked.
 */
export async function readSeats(chain: ChainClient, epoch: bigint): Promise<readonly Address[]> {
  const lists = await readChain(
    'read the beacon’s seats',
    chain.publicClient.getContractEvents({
      address: chain.addressBook.contracts.CheckpointManager,
      abi: checkpointManagerAbi,
      eventName: 'SeatsFilled',
      fromBlock: BigInt(chain.addressBook.deployedAtBlock),
      strict: true,
    }),
  );
  return lists.findLast(({ args }) => args.fromEpoch <= epoch)?.args.operators ?? [];
}

/** Number of the operator's seat in a beacon epoch; undefined if it has none. */
export async function findSeat(
  chain: ChainClient,
  operator: Address,
  epoch: bigint,
): Promise<bigint | undefined> {
  const seats = await readSeats(chain, epoch);
  const seat = seats.findIndex((account) => account.toLowerCase() === operator.toLowerCase());
  return seat < 0 ? undefined : BigInt(seat);
}

/** The running beacon epoch, as the next block will see it. */
export function readBeaconEpoch(chain: ChainClient): Promise<bigint> {
  return readContract(chain, {
    contract: 'CheckpointManager',
    functionName: 'beaconEpoch',
    args: [],
    asOf: 'now',
  });
}
