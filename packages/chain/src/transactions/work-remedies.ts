/** Remedies of storage, checkpoints, beacon, disputes and training: what to type next, by exact error. */
export const WORK_REMEDIES: readonly (readonly [pattern: RegExp, remedy: string])[] = [
  [
    /^Beacon(NoSeat|StakeBelowSeat)$/,
    'Only a seat of this epoch takes part, and only with its whole seat stake: `ddai validator show` lists the seats.',
  ],
  [
    /^EmissionsNoBondedPart$/,
    'An epoch counts if it was opened and is closed: `ddai rewards close-epoch`, every day.',
  ],
  [
    /^BeaconNotInCommitHalf$/,
    'Secrets are committed in the first half of a beacon epoch: commit at the start of the next.',
  ],
  [
    /^BeaconNotInRevealHalf$/,
    'Secrets are revealed in the second half of the beacon epoch: try again then.',
  ],
  [/^BeaconNotCommitted$/, 'This seat did not commit in time; commit in the next beacon epoch.'],
  [/^BeaconWrongSecret$/, 'Reveal with the account and state directory that committed.'],
  [
    /^BeaconSeatFaultless$/,
    'This seat revealed in time; `ddai validator show` says which did not.',
  ],
  [
    /^CheckpointNotEligible$/,
    'Register for validation and add collateral: `ddai stake add AMOUNT --kind collateral`.',
  ],
  [/^CheckpointPoolFull$/, 'All 64 places are taken: name one with less stake, --instead ADDRESS.'],
  [/^CheckpointNotBelow$/, 'Name a candidate with less stake than yours, or add collateral.'],
  [/^CheckpointNotCandidate$/, 'Enlist first: `ddai validator enlist`.'],
  [
    /^Checkpoint(SetStale|NoValidators|TooFewValidators)$/,
    'Form this epoch’s set first: `ddai validator roll`; it takes four candidates.',
  ],
  [
    /^Checkpoint(NotAMember|UnknownSlot)$/,
    'Only members of the epoch’s set count: `ddai validator show` lists them.',
  ],
  [/^CheckpointQuorumMissing$/, 'Collect signatures of two thirds of the weight, then submit.'],
  [
    /^Checkpoint(WrongHeight|FutureHeight)$/,
    'Name a later multiple of the interval that is in a block already; both are in the message.',
  ],
  [
    /^Checkpoint(WrongBlockHash|HashRight|HashNotOffered|NoConflict|DifferentNodes)$/,
    'These signatures prove nothing against this chain: compare the hashes with its own of that height.',
  ],
  [
    /^CheckpointEpochNotClaimable$/,
    'Claim for the last epoch that is over; older ones are lost once the set is rolled twice.',
  ],
  [/^StorageEnding$/, 'It ends by then anyway; nothing is left to give notice of.'],
  [
    /^Storage(NoChallenge|NothingToProve)$/,
    'The period has no challenge: its value is not there yet, void, or the node held nothing then. Try the next.',
  ],
  [
    /^StoragePeriodClosed$/,
    'A period is answered until the end of the next one; this one is missed. Prove the present one.',
  ],
  [
    /^StorageNoStakeNoted$/,
    'Prove, or note the stake, in the first half of an epoch; then it counts.',
  ],
  [/^StorageNodeInactive$/, 'The node must be registered for storage: `ddai node join --classes`.'],
  [
    /^Storage(OutsideDataSet|WrongPath)$/,
    'The node’s tree is not the one on chain: try again, it is rebuilt from the chain’s events.',
  ],
  [
    /^StorageWrongCursor$/,
    'Name a period after the last one done and before the open ones; `ddai storage show` says which.',
  ],
  [/^StorageNotAccepted$/, 'The node has to accept it first: `ddai storage accept`.'],
  [/^StorageUnknownDataSet$/, 'Check the number; an offer that was cancelled is gone.'],
  [
    /^DisputeManagerDisputeOpen$/,
    'One dispute at a time between a payer and a node: wait until that one is closed.',
  ],
  [/^DisputeManagerInputSize$/, 'Post 1 to 32,768 bytes; longer input is named, not posted.'],
  [
    /^DisputeManagerNoSeat$/,
    'All seats are taken, or no ticket was given; `ddai dispute show` says how many are left.',
  ],
  [
    /^DisputeManager(NoSeatStake|QueueFull)$/,
    'What one random value may decide over is limited: wait for the next beacon epoch.',
  ],
  [
    /^DisputeManagerNoValueYet$/,
    'Wait for the value of the beacon epoch in the message; `ddai dispute advance` redraws a void one.',
  ],
  [/^DisputeManagerPartyOfDispute$/, 'Neither side sits on the jury.'],
  [/^DisputeManagerNotDrawn$/, 'Only winning tickets get a seat; there is another jury next time.'],
  [/^DisputeManagerNotDue$/, 'Wait until the moment in the message.'],
  [
    /^DisputeManager(EpochNotVoid|NotCounted|NotConvicting|WrongDuty)$/,
    'Look at it first: `ddai dispute show` says what the jury has done and what is due.',
  ],
  [
    /^DisputeManager(NotEquivocation|NotDeterministic)$/,
    'It takes deterministic answers; two that differ for one and the same request prove an equivocation.',
  ],
  [/^DisputeManagerWrongReveal$/, 'Reveal what was committed: same result, same salt, same draw.'],
  [
    /^SlashGuardianNotGuardian$/,
    'Only the slash guardian may cancel; the DAO names it with SlashGuardian.setGuardian.',
  ],
  [
    /^TrainingRegistryBudgetExceeded$/,
    'Name less: what is left of the budget or of the round is in the message.',
  ],
  [/^TrainingRegistryRoundOutOfOrder$/, 'Commit the round that is expected next.'],
  [
    /^TrainingRegistryRoundTooSmall$/,
    'A round counts from the cohort and the operators that the terms ask for.',
  ],
  [/^TrainingRegistryNotOpen$/, 'The job has ended; `ddai training show` says how.'],
  [
    /^TrainingRegistryRewardsInvalid$/,
    'A round has rewards and a root of them, or neither of the two.',
  ],
  [/^TrainingRegistryUnknownJob$/, 'Check the number of the job.'],
];
