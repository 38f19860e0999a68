import type { MutantGroup } from './mutant.ts';

/** Announcements, pauses, timelock, governor, the registry of the protocol. */
export const GOVERNANCE_MUTANTS: readonly MutantGroup[] = [
  {
    file: 'governance/Governed.sol',
    tests: ['unit/Governance', 'attack/Governance', 'attack/Payments', 'unit/Staking'],
    mutants: [
      {
        name: 'upgrade-overnight',
        protects: 'an upgrade was announced 21 units ago',
        guard: '_executeAnnounced(_upgradeId(newImplementation, keccak256(data)));',
        becomes: '',
      },
      {
        name: 'upgrade-of-swapped-code',
        protects: 'the announced code is what is executed',
        guard: 'abi.encode("upgrade", implementation, implementation.codehash, dataHash)',
        becomes: 'abi.encode("upgrade", implementation, bytes32(0), dataHash)',
      },
      {
        name: 'upgrade-with-another-initialiser',
        protects: 'the initialiser call is announced with the code',
        guard: 'implementation.codehash, dataHash));',
        becomes: 'implementation.codehash, dataHash & 0));',
      },
      {
        name: 'anybody-governs',
        protects: 'only the timelock governs',
        guard: 'if (msg.sender != timelock) revert GovernedNotTimelock(msg.sender);',
        becomes: '',
      },
      {
        name: 'bare-implementation-initialised',
        protects: 'nobody initialises an implementation',
        guard: '_disableInitializers();',
        becomes: '',
        attack: 'double initialise',
      },
      {
        name: 'time-unit-of-any-length',
        protects: 'a time unit is at most a day',
        guard: 'if (timeUnit_ == 0 || timeUnit_ > MAX_TIME_UNIT) {',
        becomes: 'if (timeUnit_ == 0) {',
        inConstructor: true,
        attack: 'wrong parameters at deploy',
      },
    ],
  },
  {
    file: 'libraries/Announcements.sol',
    tests: ['unit/Governance', 'unit/Staking'],
    mutants: [
      {
        name: 'change-before-its-time',
        protects: 'a change waits until it is ready',
        guard: 'if (block.timestamp < readyAt) revert IGoverned.GovernedTooEarly(change, readyAt);',
        becomes: '',
      },
      {
        name: 'change-a-unit-early',
        protects: 'a grave change waits 21 units',
        guard: 'DELAY_UNITS = 21;',
        becomes: 'DELAY_UNITS = 20;',
      },
      {
        name: 'change-lies-in-wait',
        protects: 'an announcement goes stale',
        guard: 'if (block.timestamp > staleAt) revert',
        becomes: 'if (false) revert',
      },
      {
        name: 'change-executed-again',
        protects: 'an announcement is used once',
        guard: 'delete book.readyAt[change];\n        emit IGoverned.ChangeExecuted(change);',
        becomes: 'emit IGoverned.ChangeExecuted(change);',
      },
      {
        name: 'announced-over-and-over',
        protects: 'an announcement that waits is not moved',
        guard:
          'if (before != 0 && block.timestamp <= before + EXECUTION_WINDOW_UNITS * timeUnit) {',
        becomes: 'if (false) {',
      },
    ],
  },
  {
    file: 'governance/Pausable.sol',
    tests: ['unit/Governance', 'attack/Governance', 'unit/Staking'],
    mutants: [
      {
        name: 'pause-of-any-length',
        protects: 'a pause lasts at most seven units',
        guard: 'if (duration == 0 || duration > max) revert PausableTooLong(duration, max);',
        becomes: '',
        attack: 'guardian overreach',
      },
      {
        name: 'pause-after-pause',
        protects: 'a pause cools down',
        guard: 'if (block.timestamp < $.nextPauseAt) revert PausableCoolingDown($.nextPauseAt);',
        becomes: '',
        attack: 'guardian overreach',
      },
      {
        name: 'anybody-pauses',
        protects: 'only guardian and timelock pause',
        guard: 'if (msg.sender != timelock && msg.sender != protocolRegistry.pauseGuardian()) {',
        becomes: 'if (false) {',
      },
      {
        name: 'unpause-moves-the-next-pause',
        protects: 'outside a pause unpausing changes nothing',
        guard: 'if (block.timestamp < $.pausedUntil) {\n            _set',
        becomes: 'if (true) {\n            _set',
      },
    ],
  },
  {
    file: 'governance/DDAITimelock.sol',
    tests: ['unit/Governance', 'attack/Governance'],
    mutants: [
      {
        name: 'timelock-changes-itself-overnight',
        protects: 'a call of the timelock to itself is announced',
        guard: 'if (target == address(this) && !_isAnnouncing(data)) {',
        becomes: 'if (false) {',
      },
      {
        name: 'anybody-announces',
        protects: 'only the timelock announces',
        guard: 'if (msg.sender != address(this)) revert TimelockUnauthorizedCaller(msg.sender);',
        becomes: '',
      },
      {
        name: 'timelock-without-delay',
        protects: 'the delay is 2 to 30 units',
        guard: 'if (delay < min || delay > max) revert TimelockDelayOutOfBounds(delay, min, max);',
        becomes: '',
        attack: 'wrong parameters at deploy',
      },
    ],
  },
  {
    file: 'governance/DDAIGovernor.sol',
    tests: ['unit/Governance', 'unit/GovernorTally'],
    mutants: [
      {
        name: 'quorum-without-a-floor',
        protects: 'the quorum told is at least fifty million votes',
        guard: 'return Math.max(super.quorum(timepoint), QUORUM_FLOOR);',
        becomes: 'return super.quorum(timepoint);',
      },
      {
        name: 'quorum-of-the-floor-only',
        protects: 'the quorum counted is also four per cent of all votes',
        guard: 'return votes >= QUORUM_FLOOR && super._isQuorum(proposalId, votes);',
        becomes: 'return votes >= QUORUM_FLOOR;',
      },
      {
        name: 'voting-period-of-any-length',
        protects: 'a vote takes 3 to 30 units',
        guard:
          '_bound("votingPeriod", newVotingPeriod, 3 * timeUnit, 30 * timeUnit);\n        super',
        becomes: 'super',
      },
      {
        name: 'proposal-threshold-of-any-height',
        protects: 'ten million votes can always propose',
        guard: '_bound("proposalThreshold", newProposalThreshold, 0, MAX_PROPOSAL_THRESHOLD);',
        becomes: '',
      },
      {
        name: 'quorum-of-any-share',
        protects: 'the quorum is 4 to 20 per cent',
        guard:
          '_bound("quorumPercent", newQuorumNumerator, MIN_QUORUM_PERCENT, MAX_QUORUM_PERCENT);',
        becomes: '',
        inConstructor: true,
      },
      {
        name: 'voting-delay-of-any-length-at-deploy',
        protects: 'the constructor bounds the voting delay',
        guard: '_bound("votingDelay", set.votingDelay, timeUnit_, 14 * timeUnit_);',
        becomes: '',
        inConstructor: true,
        attack: 'wrong parameters at deploy',
      },
    ],
  },
  {
    file: 'governance/GovernorTally.sol',
    tests: ['unit/GovernorTally', 'unit/Governance', 'attack/Governance'],
    mutants: [
      {
        name: 'vote-cast-twice',
        protects: 'an account votes once',
        guard: 'if (voter.voted != 0) revert GovernorAlreadyCastVote(account);',
        becomes: '',
      },
      {
        name: 'late-quorum-leaves-no-time',
        protects: 'a late quorum extends the vote',
        guard: 'ballot.tally = tally.withDeadline(extended);',
        becomes: '',
        attack: 'late quorum',
      },
      {
        name: 'every-vote-extends',
        protects: 'only the vote that brings the quorum extends',
        guard: 'if (tally.extendedDeadline() != 0 || !_isQuorum',
        becomes: 'if (!_isQuorum',
      },
      {
        name: 'tie-passes',
        protects: 'a tie fails',
        guard: 'return tally.votes(FOR) > tally.votes(AGAINST);',
        becomes: 'return tally.votes(FOR) >= tally.votes(AGAINST);',
      },
      {
        name: 'unknown-support-counts',
        protects: 'support is against, for or abstaining',
        guard: 'if (support > ABSTAIN) revert GovernorInvalidVoteType();',
        becomes: 'support = support % 3;',
      },
      {
        name: 'extension-beyond-a-vote',
        protects: 'an extension is no longer than a vote',
        guard: 'if (newVoteExtension > most) {',
        becomes: 'if (false) {',
      },
    ],
  },
  {
    file: 'ProtocolRegistry.sol',
    tests: ['unit/ProtocolRegistry'],
    mutants: [
      {
        name: 'gateway-key-listed-twice',
        protects: 'a gateway’s key is listed once',
        guard: 'if (taken != 0) revert ProtocolRegistrySignerTaken(signer, taken - 1);',
        becomes: '',
      },
      {
        name: 'gateway-key-without-consent',
        protects: 'a gateway’s key proves that it agreed',
        guard:
          'if (recovered != signer) revert ProtocolRegistryWrongSignerProof(signer, recovered);',
        becomes: '',
      },
      {
        name: 'gateway-without-bond',
        protects: 'a gateway posts the bond',
        guard:
          'if (bond < $.minGatewayBond) revert ProtocolRegistryBondTooLow(bond, $.minGatewayBond);',
        becomes: '',
      },
      {
        name: 'gateway-bond-leaves-early',
        protects: 'a gateway’s bond waits fourteen units',
        guard: 'if (record.retiresAt == 0 || block.timestamp < record.retiresAt) {',
        becomes: 'if (record.retiresAt == 0) {',
      },
      {
        name: 'gateway-bond-of-another',
        protects: 'a gateway’s bond is its owner’s',
        guard: 'if (record.owner != msg.sender) {',
        becomes: 'if (false) {',
      },
      {
        name: 'client-version-falls',
        protects: 'the least client version never falls',
        guard: 'if (version <= current) {',
        becomes: 'if (version == current) {',
      },
      {
        name: 'notice-of-nothing',
        protects: 'a notice is posted of what the target announced',
        guard: 'if (readyAt == 0) revert ProtocolRegistryUpgradeNotAnnounced(target, change);',
        becomes: '',
      },
      {
        name: 'pages-without-end',
        protects: 'a page has at most a hundred gateways',
        guard: 'if (limit > MAX_PAGE) revert ProtocolRegistryPageTooLong(limit, MAX_PAGE);',
        becomes: '',
        attack: 'unbounded arrays',
      },
    ],
  },
];
