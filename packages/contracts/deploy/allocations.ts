import { type Address, parseEther } from 'viem';

/** One line of the launch: who holds how much of the 10,000,000,000 DDAI. */
export interface Allocation {
  readonly purpose: string;
  readonly holder: Address;
  /** Wei. */
  readonly amount: bigint;
}

export interface AllocationHolders {
  /** `EmissionsController`: pays nodes over five years and more. */
  readonly emissions: Address;
  /** The timelock, so the DAO alone moves what it holds. */
  readonly timelock: Address;
  /** Whoever makes the market at launch; on a local chain the account that a demo spends from. */
  readonly market: Address;
}

/**
 * The token at launch. The parts under `vesting`, the airdrop and the treasury are minted to the
 * timelock: the DAO hands them to `MonthlyVesting`, `Airdrop` and `Treasury` when it deploys those,
 * and until then nobody else can touch them.
 */
export function launchAllocations(holders: AllocationHolders): readonly Allocation[] {
  const { emissions, timelock, market } = holders;
  return [
    { purpose: 'node rewards, 60%', holder: emissions, amount: parseEther('6000000000') },
    {
      purpose: 'market and liquidity at launch, 7.5%',
      holder: market,
      amount: parseEther('750000000'),
    },
    {
      purpose: 'market and liquidity, vesting over 24 months, 7.5%',
      holder: timelock,
      amount: parseEther('750000000'),
    },
    { purpose: 'airdrop, 10%', holder: timelock, amount: parseEther('1000000000') },
    {
      purpose: 'seed round, vesting from month 13 to 48, 10%',
      holder: timelock,
      amount: parseEther('1000000000'),
    },
    {
      purpose: 'treasury, vesting from month 13 to 48, 3%',
      holder: timelock,
      amount: parseEther('300000000'),
    },
    {
      purpose: 'team, vesting from month 13 to 48, 2%',
      holder: timelock,
      amount: parseEther('200000000'),
    },
  ];
}
