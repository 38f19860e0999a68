import {
  ddaiTokenAbi,
  emissionsControllerAbi,
  paymentsEscrowAbi,
  stakingAbi,
} from '@ddai/protocol';
import { type Address, getAddress, zeroAddress } from 'viem';
import type { ChainClient } from '../chain-client.ts';

/** What the contracts' events add up to, all in wei. */
export interface LedgerEvents {
  /** Token balance by holder, from every transfer. */
  readonly balances: ReadonlyMap<Address, bigint>;
  readonly minted: bigint;
  readonly burned: bigint;
  /** Of that, what contracts of ours burned; the rest, holders burned of their own. */
  readonly burnedByContracts: bigint;
  readonly payers: ReadonlySet<Address>;
  readonly stakers: ReadonlySet<Address>;
  readonly earned: bigint;
  readonly withdrawnEarnings: bigint;
  readonly forfeited: bigint;
  readonly setAside: bigint;
  /** Backed by burned fees. */
  readonly claimedRewards: bigint;
  /** For proven work on stake. */
  readonly claimedBonded: bigint;
}

/** Public RPC providers answer log queries over a few thousand blocks at most. */
const BLOCKS_A_CALL = 2000n;

/** Adds up every event of the deployment up to `toBlock`. */
export async function readLedgerEvents(chain: ChainClient, toBlock: bigint): Promise<LedgerEvents> {
  const { publicClient, addressBook } = chain;
  const { DDAIToken, PaymentsEscrow, Staking, EmissionsController } = addressBook.contracts;
  const contracts = new Set<Address>(
    Object.values(addressBook.contracts).map((contract) => getAddress(contract)),
  );
  const balances = new Map<Address, bigint>();
  const payers = new Set<Address>();
  const stakers = new Set<Address>();
  const sums = {
    minted: 0n,
    burned: 0n,
    burnedByContracts: 0n,
    earned: 0n,
    withdrawnEarnings: 0n,
    forfeited: 0n,
    setAside: 0n,
    claimedRewards: 0n,
    claimedBonded: 0n,
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
      }),
    ]);
    for (const { args } of transfers) {
      if (args.from === zeroAddress) sums.minted += args.value;
      else move(args.from, -args.value);
      if (args.to !== zeroAddress) move(args.to, args.value);
      else {
        sums.burned += args.value;
        if (contracts.has(args.from)) sums.burnedByContracts += args.value;
      }
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
    for (const event of emissions) {
      if (event.eventName === 'Claimed') sums.claimedRewards += event.args.amount;
      if (event.eventName === 'BondedClaimed') sums.claimedBonded += event.args.amount;
    }
  }
  return { balances, payers, stakers, ...sums };
}
