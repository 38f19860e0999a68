import type { MutantGroup } from './mutant.ts';

/** Training jobs, partners, the launch allocations, token and factory. */
export const LAUNCH_MUTANTS: readonly MutantGroup[] = [
  {
    file: 'TrainingRegistry.sol',
    tests: ['unit/TrainingRegistry'],
    mutants: [
      {
        name: 'round-of-too-few',
        protects: 'a round has the cohort its terms ask for',
        guard: 'round.survivors < terms.minCohort || round.operators < terms.minOperators',
        becomes: 'round.operators < terms.minOperators',
      },
      {
        name: 'round-of-too-few-operators',
        protects: 'a round has the operators its terms ask for',
        guard: 'round.survivors < terms.minCohort || round.operators < terms.minOperators',
        becomes: 'round.survivors < terms.minCohort',
      },
      {
        name: 'round-over-the-budget',
        protects: 'rounds stay within the budget',
        guard: 'if (round.rewards > left) {',
        becomes: 'if (false) {',
      },
      {
        name: 'round-out-of-order',
        protects: 'rounds are committed in order',
        guard: 'if (round.number != number) {',
        becomes: 'if (false) {',
      },
      {
        name: 'round-by-a-stranger',
        protects: 'only the coordinator commits',
        guard:
          '_requireCoordinator(jobId, record);\n        _requireTakesRounds(jobId, record);\n        Terms',
        becomes: '_requireTakesRounds(jobId, record);\n        Terms',
      },
      {
        name: 'round-reward-claimed-twice',
        protects: 'a node claims a round once',
        guard:
          'if (round.claimed[node]) revert TrainingRegistryAlreadyClaimed(jobId, number, node);',
        becomes: '',
      },
      {
        name: 'round-reward-without-proof',
        protects: 'a reward is in the round’s tree',
        guard: '!MerkleProof.verifyCalldata(proof, round.rewardRoot, leaf)',
        becomes: 'proof.length > 64 || leaf == 0',
      },
      {
        name: 'round-takes-anothers-money',
        protects: 'a round pays at most what it was given',
        guard: 'if (amount > left) revert TrainingRegistryBudgetExceeded(jobId, amount, left);',
        becomes: '',
      },
    ],
  },
  {
    file: 'training/TrainingJobs.sol',
    tests: ['unit/TrainingRegistry'],
    mutants: [
      {
        name: 'job-of-two',
        protects: 'a cohort has at least four from three operators',
        guard: 'terms.minCohort < MIN_COHORT || terms.minOperators < MIN_OPERATORS',
        becomes: 'terms.minOperators < MIN_OPERATORS',
      },
      {
        name: 'job-without-privacy-terms',
        protects: 'privacy terms do not contradict themselves',
        guard: 'if (!sound) {',
        becomes: 'if (false) {',
      },
      {
        name: 'job-cancelled-by-a-stranger',
        protects: 'only the owner cancels before the deadline',
        guard: 'if (msg.sender != record.owner && block.timestamp <= record.terms.deadline) {',
        becomes: 'if (false) {',
      },
      {
        name: 'job-closed-without-notice',
        protects: 'a cancelled job takes served rounds for a unit more',
        guard: 'if (from == 0 || block.timestamp < from) revert',
        becomes: 'if (from == 0) revert',
      },
      {
        name: 'refund-of-what-was-promised',
        protects: 'committed rounds stay covered at the highest fee',
        guard: 'uint256 kept = FeeMath.grossUp(record.committed);',
        becomes: 'uint256 kept = record.committed;',
      },
      {
        name: 'reclaimed-early',
        protects: 'claims have ninety units',
        guard: 'if (from == 0 || block.timestamp < from || amount == 0) {',
        becomes: 'if (from == 0 || amount == 0) {',
      },
    ],
  },
  {
    file: 'PartnerRegistry.sol',
    tests: ['unit/PartnerRegistry'],
    mutants: [
      {
        name: 'partner-without-bond',
        protects: 'a partner posts the bond',
        guard: 'if (total < $.minBond) revert PartnerRegistryBondTooLow(total, $.minBond);',
        becomes: '',
      },
      {
        name: 'terms-swapped-after-the-vote',
        protects: 'the terms voted on are admitted',
        guard:
          'if (termsHash != record.termsHash) {\n            revert PartnerRegistryTermsDiffer(account, record.termsHash, termsHash);\n        }\n        // The bond',
        becomes: '// The bond',
      },
      {
        name: 'partner-for-ever',
        protects: 'an admission expires',
        guard: 'return record.status == Status.Admitted && block.timestamp < record.admittedUntil;',
        becomes: 'return record.status == Status.Admitted;',
      },
      {
        name: 'partner-runs-with-its-bond',
        protects: 'a bond waits for a vote to revoke',
        guard: 'freeAt = end + NOTICE_UNITS * timeUnit;',
        becomes: 'freeAt = end;',
      },
      {
        name: 'applicant-forfeits',
        protects: 'who was never admitted, or is free, owes nothing',
        guard: 'if (record.admittedUntil == 0 || block.timestamp >= _bondFreeAt(record)) {',
        becomes: 'if (false) {',
      },
      {
        name: 'forfeited-bond-kept',
        protects: 'a forfeited bond burns',
        guard: 'if (forfeit) token.burn(bond);',
        becomes: '',
      },
      {
        name: 'bond-leaves-early',
        protects: 'a bond leaves when it is free',
        guard: 'if (block.timestamp < freeAt) revert PartnerRegistryBondHeld(msg.sender, freeAt);',
        becomes: '',
      },
      {
        name: 'partner-term-of-any-length',
        protects: 'an admission lasts 30 to 730 units',
        guard:
          'if (until < min || until > max) revert PartnerRegistryTermOutOfBounds(until, min, max);',
        becomes: '',
      },
    ],
  },
  {
    file: 'launch/MonthlyVesting.sol',
    tests: ['unit/Launch'],
    mutants: [
      {
        name: 'vesting-without-a-cliff',
        protects: 'nothing is free before the first part’s month is over',
        guard: 'uint256 free = months - cliffMonths;',
        becomes: 'uint256 free = months;',
      },
      {
        name: 'vested-twice',
        protects: 'what was released is not released again',
        guard: 'released += amount;',
        becomes: '',
      },
      {
        name: 'beneficiary-replaced-by-a-stranger',
        protects: 'only the beneficiary names its successor',
        guard: 'if (msg.sender != beneficiary) revert VestingNotBeneficiary(msg.sender);',
        becomes: '',
      },
      {
        name: 'vesting-began-in-the-past',
        protects: 'no month is skipped',
        guard: 'if (start_ != 0 && start_ < block.timestamp) {',
        becomes: 'if (false) {',
        inConstructor: true,
        attack: 'wrong parameters at deploy',
      },
    ],
  },
  {
    file: 'launch/Airdrop.sol',
    tests: ['unit/Launch'],
    mutants: [
      {
        name: 'airdrop-claimed-twice',
        protects: 'an account claims once',
        guard: 'if (hasClaimed[account]) revert AirdropAlreadyClaimed(account);',
        becomes: '',
      },
      {
        name: 'airdrop-without-proof',
        protects: 'account and amount are in the list',
        guard: 'if (!MerkleProof.verifyCalldata(proof, root, leaf)) {',
        becomes: 'if (proof.length > 64 || leaf == 0) {',
      },
      {
        name: 'airdrop-after-its-end',
        protects: 'the airdrop ends after a year',
        guard: 'if (block.timestamp > endsAt) revert AirdropOver(endsAt);',
        becomes: '',
      },
      {
        name: 'airdrop-returned-early',
        protects: 'the rest returns after a year only',
        guard: 'if (block.timestamp <= endsAt) revert AirdropRunning(endsAt);',
        becomes: '',
      },
      {
        name: 'airdrop-list-replaced',
        protects: 'the list is set once',
        guard: 'if (root != 0) revert AirdropRootAlreadySet(root);',
        becomes: '',
      },
      {
        name: 'airdrop-list-by-a-stranger',
        protects: 'only the timelock sets the list',
        guard: 'if (msg.sender != timelock) revert AirdropNotTimelock(msg.sender);',
        becomes: '',
      },
    ],
  },
  {
    file: 'launch/Treasury.sol',
    tests: ['unit/Launch'],
    mutants: [
      {
        name: 'anybody-spends-the-treasury',
        protects: 'only the timelock pays',
        guard: 'if (msg.sender != timelock) revert TreasuryNotTimelock(msg.sender);',
        becomes: '',
      },
    ],
  },
  {
    file: 'DDAIToken.sol',
    tests: ['unit/Token'],
    mutants: [
      {
        name: 'token-of-another-supply',
        protects: 'exactly ten billion are minted',
        guard: 'if (totalSupply() != INITIAL_SUPPLY) {',
        becomes: 'if (false) {',
        attack: 'wrong parameters at deploy',
      },
    ],
  },
  {
    file: 'DeterministicFactory.sol',
    tests: ['unit/Token', 'attack/Payments'],
    mutants: [
      {
        name: 'addresses-of-another-deployer',
        protects: 'nobody occupies another’s addresses',
        guard: 'return keccak256(abi.encode(deployer, salt));',
        becomes: 'deployer; return keccak256(abi.encode(salt));',
      },
      {
        name: 'launchpad-serves-anybody',
        protects: 'only its factory uses a launchpad',
        guard: 'if (msg.sender != FACTORY) revert LaunchpadNotFactory(msg.sender);',
        becomes: '',
      },
    ],
  },
];
