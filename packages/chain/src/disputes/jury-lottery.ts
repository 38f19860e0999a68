import { disputeManagerAbi } from '@ddai/protocol';
import { type Address, encodeAbiParameters, type Hex, keccak256, maxUint256 } from 'viem';
import { readContract } from '../calls/contract-call.ts';
import type { ChainClient } from '../chain-client.ts';
import { readChain } from '../read-chain.ts';

/** Who sits on which jury: ticket `i` wins if its hash is below a threshold (`JuryLottery.sol`). */
export interface Lottery {
  readonly beaconValue: Hex;
  readonly disputeId: bigint;
  readonly draw: number;
  /** All tickets that there can be. */
  readonly tickets: bigint;
}

/** First draw of an appeal. */
const FIRST_APPEAL_DRAW = 2;
/** Seats that win on average, and that the bond pays for: first round, appeal. */
const MEAN_SEATS = { first: 30n, appeal: 90n } as const;
export const SEAT_LIMITS = { first: 42, appeal: 126 } as const;

export function juryRound(draw: number): 'first' | 'appeal' {
  return draw < FIRST_APPEAL_DRAW ? 'first' : 'appeal';
}

/** The juror's winning tickets out of its `held`, ascending. */
export function winningTickets(lottery: Lottery, juror: Address, held: bigint): readonly bigint[] {
  const { beaconValue, disputeId, draw, tickets } = lottery;
  const mean = MEAN_SEATS[juryRound(draw)];
  const below = tickets <= mean ? maxUint256 : (maxUint256 / tickets) * mean;
  const winning: bigint[] = [];
  for (let ticket = 0n; ticket < held; ticket++) {
    const hash = keccak256(
      encodeAbiParameters(
        [
          { type: 'bytes32' },
          { type: 'uint256' },
          { type: 'uint256' },
          { type: 'address' },
          { type: 'uint256' },
        ],
        [beaconValue, disputeId, BigInt(draw), juror, ticket],
      ),
    );
    if (BigInt(hash) < below) winning.push(ticket);
  }
  return winning;
}

/** What {commitVerdict} binds a juror to: copied by another it cannot be revealed. */
export function verdictCommitment(verdict: {
  readonly disputeId: bigint;
  readonly draw: number;
  readonly juror: Address;
  /** keccak-256 of the right result, or zero for *unavailable*. */
  readonly resultHash: Hex;
  readonly salt: Hex;
}): Hex {
  const { disputeId, draw, juror, resultHash, salt } = verdict;
  return keccak256(
    encodeAbiParameters(
      [
        { type: 'uint256' },
        { type: 'uint256' },
        { type: 'address' },
        { type: 'bytes32' },
        { type: 'bytes32' },
      ],
      [disputeId, BigInt(draw), juror, resultHash, salt],
    ),
  );
}

/** A jury's claimants of one draw, with the keys for which the payer wraps the input's. */
export async function readJurors(
  chain: ChainClient,
  disputeId: bigint,
  draw: number,
): Promise<
  readonly { readonly juror: Address; readonly seats: bigint; readonly publicKey: Hex }[]
> {
  const logs = await readChain(
    'read the jury',
    chain.publicClient.getContractEvents({
      address: chain.addressBook.contracts.DisputeManager,
      abi: disputeManagerAbi,
      eventName: 'SeatsClaimed',
      args: { disputeId, draw: BigInt(draw) },
      fromBlock: BigInt(chain.addressBook.deployedAtBlock),
      strict: true,
    }),
  );
  return logs.map(({ args: { juror, seats, publicKey } }) => ({ juror, seats, publicKey }));
}

/** The beacon's value behind a draw; undefined while it is pending, or if it is void. */
export async function readBeaconValue(
  chain: ChainClient,
  epoch: bigint,
): Promise<{ readonly outcome: 'pending' | 'void' | 'complete'; readonly value: Hex }> {
  const [outcome, value] = await readContract(chain, {
    contract: 'CheckpointManager',
    functionName: 'randomAt',
    args: [epoch],
    asOf: 'now',
  });
  return { outcome: (['pending', 'void', 'complete'] as const)[outcome] ?? 'pending', value };
}
