import { type Address, type Hex, parseEther, zeroHash } from 'viem';

export type Network = 'local' | 'main';

/** One value of the protocol on both networks, and why it is what it is. */
interface Parameter {
  readonly unit: string;
  /** What the contracts accept; `u` is the time unit. */
  readonly bounds: string;
  readonly reason: string;
  readonly local: bigint;
  readonly main: bigint;
}

const DAY = 86_400n;

/**
 * Every single-valued parameter. Durations of `main` are those of the protocol's rules; those of
 * `local` are as short as the same bounds allow with a time unit of one second, so that a whole
 * settlement fits into a minute and the code that runs is the same.
 */
export const PARAMETER_TABLE = {
  timeUnit: {
    unit: 'seconds',
    bounds: '1 to 86,400; for ever',
    reason: 'One day of the protocol. Every bound on a duration counts in it.',
    local: 1n,
    main: DAY,
  },
  epochLength: {
    unit: 'seconds',
    bounds: '1u to 30u; by upgrade',
    reason: 'A day on main; on local long enough for the work of a demo to fall into one epoch.',
    local: 20n,
    main: DAY,
  },
  stakeThaw: {
    unit: 'seconds',
    bounds: '14u to 20u; by upgrade',
    reason: 'Twice the maturity of earnings, and over before an announced change takes effect.',
    local: 15n,
    main: 14n * DAY,
  },
  payerThaw: {
    unit: 'seconds',
    bounds: '7u to 20u; by upgrade',
    reason: 'The window in which a node can still collect, and a dispute be opened.',
    local: 15n,
    main: 7n * DAY,
  },
  earningsMaturity: {
    unit: 'seconds',
    bounds: '5u to 7u; by upgrade',
    reason: 'What a convicted node loses is what it earned within this time.',
    local: 5n,
    main: 7n * DAY,
  },
  timelockDelay: {
    unit: 'seconds',
    bounds: '2u to 30u',
    reason: 'Ordinary parameters wait two days after the vote.',
    local: 2n,
    main: 2n * DAY,
  },
  votingDelay: {
    unit: 'seconds',
    bounds: '1u to 14u',
    reason: 'Time to read a proposal and to stake before the vote counts.',
    local: 2n,
    main: DAY,
  },
  votingPeriod: {
    unit: 'seconds',
    bounds: '3u to 30u',
    reason: 'A week, so that weekly routines reach it; on local time to type a command.',
    local: 12n,
    main: 7n * DAY,
  },
  lateQuorumExtension: {
    unit: 'seconds',
    bounds: '1u to 14u, at most the voting period',
    reason: 'A quorum reached in the last minute leaves two days to answer.',
    local: 2n,
    main: 2n * DAY,
  },
  proposalThreshold: {
    unit: 'wei of voting power',
    bounds: 'at most 10,000,000 DDAI',
    reason: 'A hundredth of a percent of all DDAI: no spam, and no gatekeeping by the largest.',
    local: parseEther('1000000'),
    main: parseEther('1000000'),
  },
  quorumPercent: {
    unit: 'percent of staked votes',
    bounds: '4 to 20, never below 50,000,000 DDAI',
    reason: 'The floor carries a young network with little stake.',
    local: 4n,
    main: 4n,
  },
  reporterShareBps: {
    unit: 'basis points of a slash',
    bounds: '0 to 1,000',
    reason: 'Worth reporting, and never worth having oneself slashed by a friend.',
    local: 1_000n,
    main: 1_000n,
  },
  feeBps: {
    unit: 'basis points on top of what the node receives',
    bounds: '0 to 1,000',
    reason: 'Below what payment by card costs with its fixed part, at these sums.',
    local: 500n,
    main: 500n,
  },
  burnShareBps: {
    unit: 'basis points of the fee',
    bounds: '5,000 to 10,000',
    reason: 'Node rewards are at most what is burned, so most of the fee is.',
    local: 8_000n,
    main: 8_000n,
  },
  minimumStakeQuery: {
    unit: 'wei',
    bounds: '1 to 10,000,000 DDAI, whole',
    reason: 'A query is worth little and 20% of a new node’s answers are audited.',
    local: parseEther('10000'),
    main: parseEther('10000'),
  },
  minimumStakeCompute: {
    unit: 'wei',
    bounds: '1 to 10,000,000 DDAI, whole',
    reason: 'A training round is worth more than a query and is audited less often.',
    local: parseEther('25000'),
    main: parseEther('25000'),
  },
  minimumStakeStorage: {
    unit: 'wei',
    bounds: '1 to 10,000,000 DDAI, whole',
    reason: 'As compute: lost data costs its owner more than the fee it paid.',
    local: parseEther('25000'),
    main: parseEther('25000'),
  },
  minimumStakeValidation: {
    unit: 'wei',
    bounds: '1 to 10,000,000 DDAI, whole',
    reason: 'A wrong checkpoint misleads everybody at once.',
    local: parseEther('100000'),
    main: parseEther('100000'),
  },
  streamPerEpoch: {
    unit: 'wei',
    bounds: '0 to 3,000,000 DDAI',
    reason: 'The reserve beyond the schedule is streamed on the DAO’s word only.',
    local: 0n,
    main: 0n,
  },
  minGatewayBond: {
    unit: 'wei',
    bounds: '1 to 1,000,000 DDAI',
    reason: 'Makes a long list of fake gateways expensive; comes back after retiring.',
    local: parseEther('10000'),
    main: parseEther('10000'),
  },
  minPartnerBond: {
    unit: 'wei',
    bounds: '1 to 10,000,000 DDAI',
    reason: 'What a partner loses when the DAO finds that it broke its terms.',
    local: parseEther('100000'),
    main: parseEther('100000'),
  },
  beaconEpoch: {
    unit: 'seconds',
    bounds: 'even, divides an epoch, u/24 to 7u; by upgrade',
    reason: 'Half of it to commit, half to reveal; also the period of a possession proof.',
    local: 4n,
    main: DAY / 4n,
  },
  checkpointInterval: {
    unit: 'blocks',
    bounds: '1 to 200; by upgrade',
    reason: 'Below the 256 blocks whose hash a contract can still see.',
    local: 8n,
    main: 32n,
  },
  seatStake: {
    unit: 'wei',
    bounds: '1,000 to 10,000,000 DDAI',
    reason: 'What withholding a secret costs, and the most that one random value may decide over.',
    local: parseEther('50000'),
    main: parseEther('50000'),
  },
  wrongHashSlash: {
    unit: 'wei',
    bounds: '1 to 10,000,000 DDAI',
    reason: 'A fifth of a validator’s least stake for a signed hash that the chain contradicts.',
    local: parseEther('20000'),
    main: parseEther('20000'),
  },
  doubleSignSlash: {
    unit: 'wei',
    bounds: '1 to 10,000,000 DDAI',
    reason: 'All of a validator’s least stake for two hashes of one height.',
    local: parseEther('100000'),
    main: parseEther('100000'),
  },
  storagePenaltyPeriods: {
    unit: 'periods’ price',
    bounds: '1 to 365',
    reason: 'A node that loses data loses a month of what it was paid for it.',
    local: 30n,
    main: 30n,
  },
  bondedYieldPpb: {
    unit: 'billionths of the stake an epoch',
    bounds: 'at most 1,000,000 a time unit',
    reason: 'Eleven per cent a year at most, for stake whose work was all delivered.',
    local: 300_000n,
    main: 300_000n,
  },
  jurorFee: {
    unit: 'wei a seat',
    bounds: '0.01 to 1,000 DDAI',
    reason: 'Running one deterministic query again, and the transactions around it.',
    local: parseEther('5'),
    main: parseEther('5'),
  },
  jurorPenalty: {
    unit: 'wei a seat',
    bounds: 'the fee to 10,000 DDAI',
    reason: 'Ten fees: a seat that sleeps costs more than one that works.',
    local: parseEther('50'),
    main: parseEther('50'),
  },
  guardianDelay: {
    unit: 'seconds',
    bounds: '1u to 3u',
    reason: 'Two days in which an obviously wrong conviction can be cancelled.',
    local: 2n,
    main: 2n * DAY,
  },
  ticketSize: {
    unit: 'wei of votes',
    bounds: '1 to 100,000 DDAI',
    reason: 'One ticket for the least stake of a query node.',
    local: parseEther('10000'),
    main: parseEther('10000'),
  },
  wrongAnswerCutBps: {
    unit: 'basis points of the collateral',
    bounds: '500 to 5,000',
    reason: 'A fifth: above what a cheat saves at the lowest audit rate, see the economics.',
    local: 2_000n,
    main: 2_000n,
  },
  maxDisputeSlash: {
    unit: 'wei a slash',
    bounds: 'above zero',
    reason: 'Cap of the dispute contract as a verifier, should it ever go wrong.',
    local: parseEther('1000000'),
    main: parseEther('1000000'),
  },
  maxWorkSlash: {
    unit: 'wei a slash',
    bounds: 'above zero',
    reason: 'The same for checkpoints and storage: the least stake of a validator.',
    local: parseEther('100000'),
    main: parseEther('100000'),
  },
} as const satisfies Record<string, Parameter>;

/** Shares by work class in order of `WorkClass`, in basis points. */
export type ClassShares = readonly [number, number, number, number];

export interface Tier {
  /** Wei of active tier lock; whole DDAI. */
  readonly lock: bigint;
  readonly discountBps: bigint;
}

/** All a deployment is parameterised with. */
export type ProtocolParameters = Readonly<Record<keyof typeof PARAMETER_TABLE, bigint>> & {
  /** First budget split: most to what earns fees from the first day. */
  readonly weights: ClassShares;
  /** Wide enough for stakers to move money to where work is, never to starve a class. */
  readonly corridor: {
    readonly min: ClassShares;
    readonly max: ClassShares;
    readonly step: number;
  };
  /** Kept for proofs and checkpoints; only Storage and Validation may have any. */
  readonly bondedShares: ClassShares;
  /** Ascending; nobody saves more than half the fee. */
  readonly tiers: readonly Tier[];
};

/** Accounts that only whoever deploys can name. */
export interface Parties {
  /** Receives the market's launch share, and the rest of it month by month. */
  readonly market: Address;
  /** Receives the seed round's grant. */
  readonly seed: Address;
  /** Receives the team's grant. */
  readonly team: Address;
  /** Of the airdrop's list; zero if it is not final: then the DAO sets it, once. */
  readonly airdropRoot: Hex;
  /** May pause entry for at most seven time units; the zero address leaves that to the DAO. */
  readonly pauseGuardian: Address;
  /** May cancel a judged slash before it executes; the zero address: nobody can. */
  readonly slashGuardian: Address;
}

/** On a local network one account is everybody whom a deployment must name. */
export function localParties(account: Address): Parties {
  return {
    market: account,
    seed: account,
    team: account,
    pauseGuardian: account,
    slashGuardian: account,
    airdropRoot: zeroHash,
  };
}

const SHARED = {
  weights: [3_500, 3_500, 1_500, 1_500],
  corridor: { min: [1_000, 1_000, 500, 500], max: [6_000, 6_000, 4_000, 4_000], step: 500 },
  bondedShares: [0, 0, 5_000, 5_000],
  tiers: [
    { lock: parseEther('1000'), discountBps: 500n },
    { lock: parseEther('10000'), discountBps: 1_000n },
    { lock: parseEther('100000'), discountBps: 2_000n },
    { lock: parseEther('1000000'), discountBps: 4_000n },
  ],
} as const;

/** The network whose time unit this is: it decides every other duration. */
export function networkOf(timeUnit: bigint): Network | undefined {
  const { timeUnit: unit } = PARAMETER_TABLE;
  if (timeUnit === unit.local) return 'local';
  return timeUnit === unit.main ? 'main' : undefined;
}

/** The values of one network. */
export function protocolParameters(network: Network): ProtocolParameters {
  const values = Object.fromEntries(
    Object.entries(PARAMETER_TABLE).map(([name, parameter]) => [name, parameter[network]]),
  ) as Record<keyof typeof PARAMETER_TABLE, bigint>;
  return { ...values, ...SHARED };
}
