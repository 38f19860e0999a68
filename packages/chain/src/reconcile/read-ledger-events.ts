import {
  ddaiTokenAbi,
  emissionsControllerAbi,
  paymentsEscrowAbi,
  stakingAbi,
} from '@ddai/protocol';
import { type Address, zeroAddress } from 'viem';
import type { ChainClient } from '../chain-client.ts';

/** What the contracts' events add up to, all in wei. */
export interface LedgerEvents {
  /** Token balance by holder, from every transfer. */
  readonly balances: ReadonlyMap<Address, bigint>;
  readonly minted: bigint;
  readonly burned: bigint;
  readonly payers: ReadonlySet<Address>;
  readonly stakers: ReadonlySet<Address>;
  readonly earned: bigint;
  readonly withdrawnEarnings: bigint;
  readonly forfeited: bigint;
  readonly setAside: bigint;
  readonly claimedRewards: bigint;
}

/** Public RPC providers answer log queries over a few thousand blocks at most. */
const BLOCKS_A_CALL = 2000n;

/** Adds up every event of the deployment up to `toBlock`. */
export async function readLedgerEvents(chain: ChainClient, toBlock: bigint): Promise<LedgerEvents> {
  const { publicClient, addressBook } = chain;
  const { DDAIToken, PaymentsEscrow, Staking, EmissionsController } = addressBook.contracts;
  const balances = new Map<Address, bigint>();
  const payers = new Set<Address>();
  const stakers = new Set<Address>();
  const sums = {
    minted: 0n,
    burned: 0n,
    earned: 0n,
    withdrawnEarnings: 0n,
    forfeited: 0n,
    setAside: 0n,
    claimedRewards: 0n,
  };
  const move = (holder: Address, amount: bigint): void =>
    void balances.set(holder, (balances.get(holder) ?? 0n) + amount);

  for (
    let fromBlock = BigInt(addressBook.deployedAtBlock);
    fromBlock <= toBlock;
    fromBlock += BLOCKS_A_CALL
  ) {
    const end = fromBlock + BLOCKS_A_CALL - 1n;
    const range = { fromBlock, toBlock: end < toBlock ? end : toBlock, strict: true } as const;
    const [transfers, escrow, staking, emissions] = await Promise.all([
      publicClient.getContractEvents({
        ...range,
        address: DDAIToken,
        abi: ddaiTokenAbi,
        eventName: 'Transfer',
      }),
      publicClient.getContractEvents({ ...range, address: PaymentsEscrow, abi: paymentsEscrowAbi }),
      publicClient.getContractEvents({
        ...range,
        address: Staking,
        abi: stakingAbi,
        eventName: 'Staked',
      }),
      publicClient.getContractEvents({
        ...range,
        address: EmissionsController,
        abi: emissionsControllerAbi,
        eventName: 'Claimed',
      }),
    ]);
    for (const { args } of transfers) {
      if (args.from === zeroAddress) sums.minted += args.value;
      else move(args.from, -args.value);
      if (args.to === zeroAddress) sums.burned += args.value;
      else move(args.to, args.value);
    }
    for (const event of escrow) {
      if (event.eventName === 'Deposited') payers.add(event.args.payer);
      if (event.eventName === 'EarningsWithdrawn') sums.withdrawnEarnings += event.args.amount;
      if (event.eventName === 'EarningsForfeited') sums.forfeited += event.args.amount;
      if (event.eventName !== 'Collected') continue;
      sums.earned += event.args.net;
      sums.setAside += event.args.burned;
    }
    for (const { args } of staking) stakers.add(args.account);
    for (const { args } of emissions) sums.claimedRewards += args.amount;
  }
  return { balances, payers, stakers, ...sums };
}
