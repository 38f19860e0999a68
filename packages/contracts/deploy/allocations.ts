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
  /** Whoever makes the market at launch; on a local chain the account that a demo spends from. */
  readonly market: Address;
  readonly marketVesting: Address;
  readonly airdrop: Address;
  readonly seedVesting: Address;
  readonly treasuryVesting: Address;
  readonly teamVesting: Address;
}

/**
 * The token at launch, minted to the contracts that give it out: nobody holds more than the market's
 * first half, and the deployer holds nothing.
 */
export function launchAllocations(holders: AllocationHolders): readonly Allocation[] {
  const line = (purpose: string, holder: Address, amount: string): Allocation => ({
    purpose,
    holder,
    amount: parseEther(amount),
  });
  return [
    line('node rewards, 60%', holders.emissions, '6000000000'),
    line('market and liquidity at launch, 7.5%', holders.market, '750000000'),
    line('market and liquidity over 24 months, 7.5%', holders.marketVesting, '750000000'),
    line('airdrop, 10%', holders.airdrop, '1000000000'),
    line('seed round, from month 13 to 48, 10%', holders.seedVesting, '1000000000'),
    line('treasury, from month 13 to 48, 3%', holders.treasuryVesting, '300000000'),
    line('team, from month 13 to 48, 2%', holders.teamVesting, '200000000'),
  ];
}
