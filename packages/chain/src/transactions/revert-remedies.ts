import { WORK_REMEDIES } from './work-remedies.ts';

/** By pattern of the custom error's name, the most particular first: the first that fits counts. */
export const REMEDIES: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  ...WORK_REMEDIES,
  [
    /^GovernorInsufficientProposerVotes/,
    'Stake or be delegated more before you propose; `ddai stake show` says what you have.',
  ],
  [
    /^GovernorUnexpectedProposalState/,
    'Look at it with `ddai dao show`: it is not in the state that this step needs.',
  ],
  [/^(GovernorAlreadyCastVote|EmissionsAlreadyVoted)/, 'A vote counts once and cannot be changed.'],
  [/^EmissionsNoVotingPower/, 'Stake now: it votes from the next epoch on.'],
  [
    /^Emissions(WeightsSum|Weight|Corridor)/,
    'Four shares that add up to 10,000 inside the corridor; `ddai rewards show` says where it is.',
  ],
  [
    /^(Governor(Nonexistent|Invalid|AlreadyQueued|Proposal|Restricted|UnableToCancel|Disabled|PreventLate))/,
    'Look at the proposal with `ddai dao show`, and at what the governor accepts in the reference of the contracts.',
  ],
  [
    /NotTimelock$|^GovernorOnlyExecutor|^TimelockUnauthorizedCaller|^AccessControl/,
    'Only the DAO may do this: `ddai dao propose`.',
  ],
  [/NotAnnounced$/, 'Announce it first, by proposal; it can be executed 21 days later.'],
  [/AlreadyAnnounced$/, 'It is announced: wait until its time comes.'],
  [/AnnouncementStale$/, 'Announce it again.'],
  [/Paused$/, 'Wait until the pause ends. Withdrawing, collecting and claiming stay open.'],
  [/(CoolingDown|TooLong)$/, 'See the length and the pause between two pauses in the message.'],
  [/StakeBelowMinimum$/, 'Add collateral: `ddai stake add AMOUNT --kind collateral`.'],
  [/^(ERC20InsufficientBalance)/, 'Get more DDAI first; `ddai stake show` says what you hold.'],
  [/^(ERC20InsufficientAllowance)/, 'Approve the contract for the amount first.'],
  [/^StakingFrozen/, 'Wait until the dispute is decided; at most 30 days.'],
  [
    /(Insufficient|Exhausted|BalanceLow|BelowBudget|BondTooLow|TooLow)/,
    'Name less, or deposit more first; both amounts are in the message.',
  ],
  [/(NothingThawing)$/, 'Start with a thaw.'],
  [
    /(StillThawing|StillRetiring|BondHeld|Running|TooEarly|NotLapsed|NotExpired|NotOver|NotReady|StillOpen|NothingReleasable|NotYet|Early|Pending|Waiting|Unfinished)/,
    'Wait until the moment in the message.',
  ],
  [
    /(Expired|Over|Late|Closed|Past|Ended|Stale|Elapsed)(\b|$|[A-Z])/,
    'Its time is over; begin again with a new one.',
  ],
  [/(Convicted)/, 'A convicted node is out for good; use another operator account.'],
  [
    /(Already|Taken|Duplicate|Repeated|Replayed|Used)/,
    'It was done before; there is nothing left to do, or another name is needed.',
  ],
  [
    /(Nothing|NoBond|NoReservation|Empty|None)/,
    'There is nothing to take or to do yet; look at what is there first.',
  ],
  [
    /(WrongProof|InvalidProof|Proof|LeafMismatch|RootMismatch)/,
    'Make the proof again from the present data.',
  ],
  [
    /(Signature|Signer|WrongSign|Recovered|Nonce)/,
    'Sign the very values that are sent, with the key that the contract knows, for this chain.',
  ],
  [
    /(WrongStatus|WrongPhase|WrongState|UnexpectedOperationState|NotActive|NotOpen)/,
    'Look at its state first: this step does not belong to it.',
  ],
  [/(TermsDiffer)/, 'Name the terms that the applicant applied with, or had proposed.'],
  [/(Unsorted|Unordered|Duplicates)/, 'Sort ascending, without repeating any.'],
  [
    /(OutOfBounds|TooHigh|TooFar|TooMany|TooLarge|AboveCap|OutsideCorridor|Exceeds|Overflow|PartsInvalid|NotWhole|LengthInvalid|Length|Sum|Shortened|MisCounted|TermOutOf|TooSmall|TooFew|TooShort)/,
    'Stay within the bounds in the message; they are in code.',
  ],
  [
    /(Unknown|NotRegistered|Missing|NotFound)/,
    'Check the name or number; it must exist and be registered first.',
  ],
  [/(Zero)/, 'Name a value above zero, and an address that is not zero.'],
  [
    /(Not[A-Z]|Unauthorized|Stranger|MayNot|Only|Foreign)/,
    'Use the account that may do this; the message names the one that tried.',
  ],
  [/(FutureLookup|InconsistentClock)/, 'Ask about a moment that is over.'],
  [
    /(Invalid|Wrong|Mixed|Mismatch|TextInvalid|UrlInvalid|Malformed|Differ)/,
    'Correct the value that the message names.',
  ],
  [
    /^(Failed|Reentrancy|Initialization|Checkpoint|ECDSA|ERC|UUPS|Safe|String|Address|Token|Timelock|InvalidShort|Vesting|Governor|Treasury)/,
    'Check the values against the reference of the contracts.',
  ],
];
