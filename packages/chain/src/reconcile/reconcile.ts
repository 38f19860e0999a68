import {
  ddaiTokenAbi,
  emissionsControllerAbi,
  partnerRegistryAbi,
  paymentsEscrowAbi,
  stakingAbi,
} from '@ddai/protocol';
import type { Address } from 'viem';
import type { ChainClient } from '../chain-client.ts';
import { readHeldBooks } from './read-books.ts';
import { type LedgerEvents, readLedgerEvents } from './read-ledger-events.ts';

/** One equation of the books: both sides in wei. */
export interface ReconciliationLine {
  readonly name: string;
  /** What the left side is made of, in words. */
  readonly explanation: string;
  readonly left: bigint;
  readonly right: bigint;
  /** `atMost` for the one bound that is no equation. */
  readonly relation: 'equals' | 'atMost';
  readonly holds: boolean;
}

export interface Reconciliation {
  /** Everything was read as of this block. */
  readonly block: bigint;
  readonly holds: boolean;
  readonly lines: readonly ReconciliationLine[];
}

const COLLATERAL = 0;
const TIER_LOCK = 1;

/** Compares what the contracts say with what their events add up to, to the wei. */
export async function reconcile(chain: ChainClient): Promise<Reconciliation> {
  const { publicClient, addressBook } = chain;
  const { DDAIToken, PaymentsEscrow, Staking, EmissionsController } = addressBook.contracts;
  const block = await publicClient.getBlockNumber({ cacheTime: 0 });
  const events = await readLedgerEvents(chain, block);
  const at = { blockNumber: block } as const;
  const token = { ...at, address: DDAIToken, abi: ddaiTokenAbi } as const;
  const escrow = { ...at, address: PaymentsEscrow, abi: paymentsEscrowAbi } as const;
  const staking = { ...at, address: Staking, abi: stakingAbi } as const;
  const emissions = { ...at, address: EmissionsController, abi: emissionsControllerAbi } as const;

  const [supply, inEscrow, inStaking, inEmissions] = await Promise.all([
    publicClient.readContract({ ...token, functionName: 'totalSupply' }),
    ...[PaymentsEscrow, Staking, EmissionsController].map((holder) =>
      publicClient.readContract({ ...token, functionName: 'balanceOf', args: [holder] }),
    ),
  ]);
  const [balances, maturing, untaken, setAside, escrowBurned] = await Promise.all([
    publicClient.readContract({ ...escrow, functionName: 'totalBalances' }),
    publicClient.readContract({ ...escrow, functionName: 'totalMaturing' }),
    publicClient.readContract({ ...escrow, functionName: 'untakenFees' }),
    publicClient.readContract({ ...escrow, functionName: 'setAsideToBurn' }),
    publicClient.readContract({ ...escrow, functionName: 'totalBurned' }),
  ]);
  const [staked, slashBurned, ledger, funded] = await Promise.all([
    publicClient.readContract({ ...staking, functionName: 'totalStaked' }),
    publicClient.readContract({ ...staking, functionName: 'totalSlashBurned' }),
    publicClient.readContract({ ...emissions, functionName: 'ledger' }),
    publicClient.readContract({ ...emissions, functionName: 'totalFunded' }),
  ]);
  const [bondsForfeited, books] = await Promise.all([
    publicClient.readContract({
      ...at,
      address: addressBook.contracts.PartnerRegistry,
      abi: partnerRegistryAbi,
      functionName: 'totalForfeited',
    }),
    readHeldBooks(chain, block),
  ]);
  const payerSum = await sumOver(
    events.payers,
    async (payer) =>
      (await publicClient.readContract({ ...escrow, functionName: 'payerAccount', args: [payer] }))
        .balance,
  );
  const stakeSum = await sumOver(events.stakers, async (account) => {
    const positions = await Promise.all(
      [COLLATERAL, TIER_LOCK].map((kind) =>
        publicClient.readContract({ ...staking, functionName: 'position', args: [account, kind] }),
      ),
    );
    return positions.reduce((sum, { active, thawing }) => sum + active + thawing, 0n);
  });

  const { reserve, open, owed, claimed } = ledger;
  const lines: ReconciliationLine[] = [
    equation(
      'token supply',
      'minted − burned, by events',
      events.minted - events.burned,
      supply ?? 0n,
    ),
    equation(
      'holders',
      'Σ of every holder’s balance, by events',
      sumBalances(events),
      supply ?? 0n,
    ),
    equation(
      'burned',
      'fees + slashes + bonds, by the contracts',
      escrowBurned + slashBurned + bondsForfeited,
      events.burnedByContracts,
    ),
    equation(
      'escrow',
      'balances + maturing + untaken fees + set aside',
      balances + maturing + untaken + setAside,
      inEscrow ?? 0n,
    ),
    equation('payers', 'Σ of every payer’s balance', payerSum, balances),
    equation(
      'earnings',
      'earned − withdrawn − forfeited, by events',
      events.earned - events.withdrawnEarnings - events.forfeited,
      maturing,
    ),
    equation(
      'fee burn',
      'set aside by events − burned',
      events.setAside + events.forfeited - escrowBurned,
      setAside,
    ),
    equation('stakes', 'Σ of every position', stakeSum, staked),
    equation('staking', 'staked, by the contract', staked, inStaking ?? 0n),
    equation(
      'reward ledger',
      'reserve + open + owed + claimed',
      reserve + open + owed + claimed,
      funded,
    ),
    equation('reward tokens', 'reserve + open + owed', reserve + open + owed, inEmissions ?? 0n),
    equation(
      'rewards claimed',
      'Σ of claims, by events',
      events.claimedRewards + events.claimedBonded,
      claimed,
    ),
    bound(
      'fee-backed rewards',
      'what their fees set aside to burn',
      events.claimedRewards,
      events.setAside,
    ),
    // Anybody may send a contract more than it asked for, so these are bounds.
    ...books.map(({ contract, what, said, tokens }) =>
      bound(what, `tokens of ${contract}`, said, tokens),
    ),
  ];
  return { block, holds: lines.every((line) => line.holds), lines };
}

function equation(
  name: string,
  explanation: string,
  left: bigint,
  right: bigint,
): ReconciliationLine {
  return { name, explanation, left, right, relation: 'equals', holds: left === right };
}

function bound(name: string, explanation: string, left: bigint, right: bigint): ReconciliationLine {
  return { name, explanation, left, right, relation: 'atMost', holds: left <= right };
}

function sumBalances({ balances }: LedgerEvents): bigint {
  return [...balances.values()].reduce((sum, balance) => sum + balance, 0n);
}

async function sumOver(
  accounts: ReadonlySet<Address>,
  read: (account: Address) => Promise<bigint>,
): Promise<bigint> {
  const amounts = await Promise.all([...accounts].map(read));
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}
