import type { MutantGroup } from './mutant.ts';

/** Collateral and locks, slashing, votes on stake, registration. */
export const STAKE_MUTANTS: readonly MutantGroup[] = [
  {
    file: 'Staking.sol',
    tests: ['unit/Staking', 'attack/Stake'],
    mutants: [
      {
        name: 'stake-leaves-before-its-thaw',
        protects: 'stake stays for the whole thaw',
        guard: 'if (block.timestamp < holding.thawEnds) {',
        becomes: 'if (false) {',
        attack: 'escaping a slash by thawing',
      },
      {
        name: 'frozen-stake-leaves',
        protects: 'what a dispute froze cannot be withdrawn',
        guard: 'amount = Math.min(amount, free);',
        becomes: '',
      },
      {
        name: 'thawing-stake-votes',
        protects: 'thawing stake loses its votes at once',
        guard: '_removeVotes(msg.sender, amount);',
        becomes: '',
      },
      {
        name: 'thawing-lock-keeps-its-tier',
        protects: 'a tier ends with the thaw',
        guard: 'if (kind == Kind.TierLock) escrow.setTierLock(msg.sender, active - amount);',
        becomes: '',
        attack: 'flash locks',
      },
      {
        name: 'cancelled-thaw-starts-at-once',
        protects: 'a cancelled thaw has nothing left to withdraw',
        guard: 'holding.thawing = 0;\n',
        becomes: '\n',
      },
      {
        name: 'convicted-stake-counts',
        protects: 'a convicted node secures nothing',
        guard: 'return holding.convictedAt != 0 ? 0 : holding.active;',
        becomes: 'return holding.active;',
      },
      {
        name: 'pause-does-not-stop-stakes',
        protects: 'a pause stops new stakes',
        guard: 'private whenOpen nonReentrant {',
        becomes: 'private nonReentrant {',
      },
      {
        name: 'staking-initialised-again',
        protects: 'nobody initialises a second time',
        guard: '        initializer\n',
        becomes: '',
        attack: 'double initialise',
      },
    ],
  },
  {
    file: 'staking/StakingBase.sol',
    tests: ['unit/Staking', 'attack/Stake', 'unit/StorageSlots'],
    mutants: [
      {
        name: 'stake-thaw-of-any-length',
        protects: 'a thaw is 14 to 20 time units long',
        guard:
          '_requireBounds(\n            "thawPeriod", thawPeriod_, MIN_THAW_UNITS * timeUnit_, MAX_THAW_UNITS * timeUnit_\n        );',
        becomes: '',
        attack: 'wrong parameters at deploy',
      },
      {
        name: 'staking-storage-elsewhere',
        protects: 'storage lies where ERC-7201 says',
        guard: '0xae9d013451668bf3e1664f7a74351c13cdf11b400f608ca7bc3ba3636cce6800',
        becomes: '0xae9d013451668bf3e1664f7a74351c13cdf11b400f608ca7bc3ba3636cce6801',
        attack: 'upgrade storage clash',
      },
    ],
  },
  {
    file: 'staking/Slashing.sol',
    tests: ['unit/Staking', 'unit/Slashing', 'attack/Stake'],
    mutants: [
      {
        name: 'stranger-freezes',
        protects: 'only a verifier freezes',
        guard:
          'if (!_staking().verifiers[msg.sender].registered) revert StakingNotVerifier(msg.sender);',
        becomes: '',
      },
      {
        name: 'stranger-slashes',
        protects: 'only a verifier slashes',
        guard: 'if (!record.registered) revert StakingNotVerifier(msg.sender);',
        becomes: '',
      },
      {
        name: 'slash-above-the-cap',
        protects: 'a verifier takes at most its cap',
        guard: 'if (request.amount > record.maxSlash) {',
        becomes: 'if (false) {',
      },
      {
        name: 'any-verifier-convicts',
        protects: 'only whom its terms allow convicts',
        guard: 'if (!record.mayConvict) revert StakingMayNotConvict(msg.sender);',
        becomes: '',
      },
      {
        name: 'freeze-beyond-the-stake',
        protects: 'never more is frozen than there is',
        guard: 'if (frozen > held) {',
        becomes: 'if (false) {',
        attack: 'freeze griefing',
      },
      {
        name: 'freeze-released-early',
        protects: 'a freeze holds for thirty units',
        guard: 'if ($.verifiers[verifier_].registered && block.timestamp < own.lapsesAt) {',
        becomes: 'if (false) {',
      },
      {
        name: 'freeze-for-ever',
        protects: 'a freeze lapses after thirty units',
        guard: 'MAX_FREEZE_UNITS = 30;',
        becomes: 'MAX_FREEZE_UNITS = 31;',
      },
      {
        name: 'one-verifier-ends-anothers-freeze',
        protects: 'a verifier lets go of its own freezes only',
        guard:
          'if (amount > own.amount) revert StakingNotFrozenBy(verifier_, node, amount, own.amount);\n        own.amount -= uint96(amount);',
        becomes: 'own.amount -= uint96(Math.min(amount, own.amount));',
      },
      {
        name: 'thawing-stake-escapes',
        protects: 'thawing stake is slashed too',
        guard: 'fromThawing = Math.min(request.amount - fromActive, holding.thawing);',
        becomes: 'fromThawing = 0;',
        attack: 'escaping a slash by thawing',
      },
      {
        name: 'slashed-stake-votes',
        protects: 'votes fall with the stake',
        guard: 'if (fromActive > 0) _removeVotes(request.node, fromActive);',
        becomes: '',
      },
      {
        name: 'reporter-gets-more-than-a-tenth',
        protects: 'at least nine tenths of a slash burn',
        guard: '_requireBounds("reporterShareBps", shareBps, 0, MAX_REPORTER_SHARE_BPS);',
        becomes: '',
        attack: 'colluding reporter',
      },
      {
        name: 'slash-burns-nothing',
        protects: 'what the reporter does not get burns',
        guard: 'if (burned > 0) token.burn(burned);',
        becomes: '',
      },
      {
        name: 'conviction-from-now-on-only',
        protects: 'a conviction reaches back to the freeze',
        guard: 'uint256 convictedAt = since != 0 ? since : block.timestamp;',
        becomes: 'uint256 convictedAt = block.timestamp;',
      },
      {
        name: 'conviction-moves',
        protects: 'a second conviction does not move the first',
        guard: 'if (holding.convictedAt != 0) return;',
        becomes: '',
      },
      {
        name: 'verifier-overnight',
        protects: 'a verifier was announced 21 units ago',
        guard: '_executeAnnounced(_verifierId(verifier_, terms));',
        becomes: '',
      },
      {
        name: 'removed-verifier-slashes-on',
        protects: 'a removed verifier has no rights',
        guard: 'delete $.verifiers[verifier_];',
        becomes: '',
      },
    ],
  },
  {
    file: 'governance/StakedVotes.sol',
    tests: ['unit/Staking', 'attack/Stake'],
    mutants: [
      {
        name: 'delegation-to-nobody',
        protects: 'all votes together are all stake',
        guard: 'if (delegatee == address(0)) revert VotesZeroDelegate(account);',
        becomes: '',
      },
      {
        name: 'delegation-signature-again',
        protects: 'a signed delegation is used once',
        guard: 'if (nonce != expected) revert VotesInvalidNonce(account, nonce, expected);',
        becomes: '',
      },
      {
        name: 'delegation-signature-expired',
        protects: 'a signed delegation expires',
        guard: 'if (block.timestamp > expiry) revert VotesExpiredSignature(expiry);',
        becomes: '',
      },
      {
        name: 'delegation-by-nobody',
        protects: 'a malformed signature is nobody’s',
        guard: 'if (account == address(0)) revert VotesInvalidSignature();',
        becomes: '',
      },
      {
        name: 'votes-of-the-running-second',
        protects: 'votes that can still change are not read',
        guard: 'if (timepoint >= block.timestamp) revert',
        becomes: 'if (timepoint > block.timestamp) revert',
        attack: 'flash locks',
      },
    ],
  },
  {
    file: 'libraries/VoteHistory.sol',
    tests: ['unit/Libraries', 'unit/Staking'],
    mutants: [
      {
        name: 'vote-history-one-second-late',
        protects: 'a value holds from its own second on',
        guard: 'if (self.past[middle] >> SINCE <= moment) low = middle + 1;',
        becomes: 'if (self.past[middle] >> SINCE < moment) low = middle + 1;',
      },
      {
        name: 'vote-history-head-late',
        protects: 'the present value holds from its own second on',
        guard: 'if (head >> SINCE & SINCE_MASK <= moment) return uint96(head);',
        becomes: 'if (head >> SINCE & SINCE_MASK < moment) return uint96(head);',
      },
    ],
  },
  {
    file: 'NodeRegistry.sol',
    tests: ['unit/NodeRegistry', 'attack/Stake'],
    mutants: [
      {
        name: 'signer-of-another',
        protects: 'a key belongs to one operator for ever',
        guard: 'if (owner != address(0) && owner != msg.sender) {',
        becomes: 'if (false) {',
      },
      {
        name: 'signer-without-its-consent',
        protects: 'a key proves that it agreed',
        guard: 'if (recovered != signer) revert NodeRegistryWrongSignerProof(signer, recovered);',
        becomes: '',
      },
      {
        name: 'signer-proof-again',
        protects: 'a signer’s proof is used once',
        guard: '$.nonces[msg.sender]++',
        becomes: '$.nonces[msg.sender]',
      },
      {
        name: 'rotated-signer-forgotten',
        protects: 'an old key still names its operator',
        guard: 'record.signer = signer;\n        emit SignerRotated',
        becomes:
          'record.signer = signer;\n        delete _registry().operators[before];\n        emit SignerRotated',
        attack: 'escaping a slash by rotating',
        tests: ['attack/Stake', 'attack/Disputes'],
      },
      {
        name: 'retired-signer-forgotten',
        protects: 'a retired node’s key still names its operator',
        guard: '_registry().nodes[msg.sender].active = false;',
        becomes:
          '_registry().nodes[msg.sender].active = false;\n        delete _registry().operators[_registry().nodes[msg.sender].signer];',
        attack: 'escaping a slash by retiring',
        tests: ['unit/Equivocation', 'attack/Disputes'],
      },
      {
        name: 'stake-covers-one-class-only',
        protects: 'the stake covers all classes together',
        guard: 'minimum += escrow.minimumStake(workClass);',
        becomes: 'minimum = escrow.minimumStake(workClass);',
      },
      {
        name: 'registered-without-stake',
        protects: 'a node has its minimum stake',
        guard:
          'if (stake < minimum) revert NodeRegistryStakeBelowMinimum(msg.sender, stake, minimum);',
        becomes: '',
      },
      {
        name: 'convicted-node-is-active',
        protects: 'a convicted node is retired for good',
        guard:
          '&& record.classes & (uint256(1) << workClass) != 0 && !staking.isConvicted(operator);',
        becomes: '&& record.classes & (uint256(1) << workClass) != 0;',
      },
      {
        name: 'anybody-moves-a-nodes-money',
        protects: 'only operator and signer trigger a payout',
        guard: 'if (caller != operator && caller != record.signer) {',
        becomes: 'if (false) {',
        tests: ['unit/NodeRegistry', 'attack/Stake', 'unit/Collect'],
      },
    ],
  },
];
