import type { MutantGroup } from './mutant.ts';

/** Checkpoints, the beacon, possession proofs. */
export const WORK_MUTANTS: readonly MutantGroup[] = [
  {
    file: 'checkpoints/Checkpoints.sol',
    tests: ['unit/CheckpointManager', 'attack/Checkpoints'],
    mutants: [
      {
        name: 'checkpoint-by-half',
        protects: 'two thirds of the weight finalise',
        guard: 'if (weight * 3 < uint256(head.weight) * 2) {',
        becomes: 'if (weight * 2 < uint256(head.weight)) {',
      },
      {
        name: 'checkpoint-of-another-chain',
        protects: 'a checkpoint is this chain’s, where it offers its hash',
        guard: 'if (actual != bytes32(0) && actual != blockHash) {',
        becomes: 'if (false) {',
        attack: 'reorg under a checkpoint',
      },
      {
        name: 'checkpoint-again',
        protects: 'heights ascend',
        guard: 'if (height <= head.lastHeight || height % checkpointInterval != 0) {',
        becomes: 'if (height % checkpointInterval != 0) {',
        attack: 'reorg under a checkpoint',
      },
      {
        name: 'vote-of-another-member',
        protects: 'every vote is its member’s',
        guard: 'if (recovered != signer) revert CheckpointWrongSigner(slot, signer, recovered);',
        becomes: '',
      },
      {
        name: 'vote-counted-again',
        protects: 'a late signature is counted once',
        guard: 'if (record.signers & signerBitmap != 0) {',
        becomes: 'if (false) {',
      },
      {
        name: 'set-of-another-epoch',
        protects: 'the epoch’s own set signs',
        guard: 'if (head.epoch != epoch) revert CheckpointSetStale(head.epoch, epoch);',
        becomes: '',
      },
      {
        name: 'participation-before-the-end',
        protects: 'participation is claimed when the epoch is over',
        guard: 'if (epoch >= _currentEpoch() || epoch > rolled',
        becomes: 'if (epoch > rolled',
      },
      {
        name: 'participation-of-a-stranger',
        protects: 'only who was a member then has participated',
        guard: 'if (epoch < member.since || (member.leftAt != 0 && epoch >= member.leftAt)) {',
        becomes: 'if (false) {',
      },
    ],
  },
  // No mutant of the high-s check in `libraries/CheckpointHash.sol`: a compact signature has 255 bits
  // for s, and of those values only one in 2^128 is above half the order, so no twin can be packed.
  {
    file: 'checkpoints/ValidatorSet.sol',
    tests: ['unit/ValidatorSet', 'attack/Checkpoints'],
    mutants: [
      {
        name: 'set-taken-over-in-an-epoch',
        protects: 'less than a third of the weight moves',
        guard: 'roll.budget = free ? type(uint256).max : (kept - 1) / 3;',
        becomes: 'roll.budget = free ? type(uint256).max : kept;',
      },
      {
        name: 'pool-without-end',
        protects: 'there are at most 64 candidates',
        guard: 'if ($.candidates.length >= MAX_VALIDATORS) {',
        becomes: 'if (false) {',
        attack: 'unbounded arrays',
      },
      {
        name: 'pool-gives-way-to-less',
        protects: 'a full pool gives way to more stake only',
        guard: 'if (other >= stake) revert CheckpointNotBelow(displaced, other, stake);',
        becomes: '',
      },
      {
        name: 'thawed-validator-stays',
        protects: 'who lost its stake leaves at once',
        guard:
          'if (stake < weight) member.weight = uint96(stake);\n            roll.weight += Math.min(stake, weight);',
        becomes: 'roll.weight += weight;',
      },
      {
        name: 'freed-slot-filled-at-once',
        protects: 'who left can still claim for its last epoch',
        guard: 'if (member.weight == 0 && member.leftAt < roll.epoch) return (slot, stake);',
        becomes: 'if (member.weight == 0) return (slot, stake);',
      },
      {
        name: 'three-validators-are-a-set',
        protects: 'a set has at least four',
        guard: 'if (roll.size < MIN_VALIDATORS) {',
        becomes: 'if (roll.size == 0) {',
      },
      {
        name: 'validator-below-its-minimum',
        protects: 'a validator has its minimum stake',
        guard: 'return stake < minimum ? 0 : stake;',
        becomes: 'return stake;',
      },
    ],
  },
  {
    file: 'CheckpointFaults.sol',
    tests: ['attack/Checkpoints'],
    mutants: [
      {
        name: 'right-hash-punished',
        protects: 'an honest signature cannot be slashed',
        guard: 'if (actual == blockHash) revert CheckpointHashRight(height, blockHash);',
        becomes: '',
      },
      {
        name: 'two-nodes-equivocate',
        protects: 'two nodes’ signatures are no equivocation',
        guard: 'if (operator != other) revert CheckpointDifferentNodes(operator, other);',
        becomes: '',
      },
      {
        name: 'one-signature-equivocates',
        protects: 'one hash twice is no equivocation',
        guard: 'if (firstHash == secondHash && !twoDigests) revert CheckpointNoConflict(height);',
        becomes: '',
      },
      {
        name: 'rotated-key-equivocates',
        protects: 'a digest is keyed by its signer: a rotated key honestly gives another',
        guard: 'firstSigner == secondSigner && first.executionDigest',
        becomes: 'first.executionDigest',
      },
      {
        name: 'offence-punished-again',
        protects: 'an offence is punished once',
        guard: 'if (punished[offence]) revert CheckpointAlreadyPunished(operator, height);',
        becomes: '',
      },
      {
        name: 'slash-of-any-height',
        protects: 'the slash is bounded in code',
        guard: '_requireBounds("equivocationSlash", equivocation, MIN_SLASH, MAX_SLASH);',
        becomes: '',
        tests: ['attack/Checkpoints', 'unit/CheckpointManager'],
      },
    ],
  },
  {
    file: 'checkpoints/RandomBeacon.sol',
    tests: ['unit/RandomBeacon', 'attack/Beacon'],
    mutants: [
      {
        name: 'commit-in-the-reveal-half',
        protects: 'a secret is fixed before any is known',
        guard: 'if (secondHalf) revert BeaconNotInCommitHalf(epoch);',
        becomes: '',
        attack: 'beacon grinding',
      },
      {
        name: 'commit-again',
        protects: 'a commitment stands',
        guard:
          'if (round.committed & (1 << seat) != 0) revert BeaconAlreadyCommitted(epoch, seat);',
        becomes: '',
        attack: 'beacon grinding',
      },
      {
        name: 'reveal-in-the-commit-half',
        protects: 'no secret is known while others commit',
        guard: 'if (!secondHalf) revert BeaconNotInRevealHalf(epoch);',
        becomes: '',
        attack: 'beacon grinding',
      },
      {
        name: 'any-secret-reveals',
        protects: 'the committed secret is revealed',
        guard: 'if (randomCommitment(secret, operator, epoch) != $.commitments[epoch][seat]) {',
        becomes: 'if (false) {',
        attack: 'beacon grinding',
      },
      {
        name: 'equal-secrets-cancel',
        protects: 'each secret is mixed with its seat',
        guard: '$.mixes[epoch] ^ keccak256(abi.encode(secret, operator, epoch));',
        becomes: '$.mixes[epoch] ^ keccak256(abi.encode(secret, epoch));',
        attack: 'beacon grinding',
      },
      {
        name: 'commitment-of-another-seat',
        protects: 'a commitment binds its seat and epoch',
        guard:
          'return keccak256(abi.encode(secret, operator, epoch, block.chainid, address(this)));',
        becomes:
          'operator; epoch; return keccak256(abi.encode(secret, block.chainid, address(this)));',
      },
      {
        name: 'commit-below-the-seat-stake',
        protects: 'who commits has the seat’s stake',
        guard:
          'if (collateral < atStake) revert BeaconStakeBelowSeat(operator, collateral, atStake);',
        becomes: '',
      },
      {
        name: 'withholding-costs-a-tenth',
        protects: 'withholding costs the whole seat stake',
        guard: 'withheld ? list.stake : list.stake / NO_COMMIT_PART;',
        becomes: 'list.stake / NO_COMMIT_PART;',
        attack: 'beacon withholding',
      },
      {
        name: 'seat-reported-again',
        protects: 'a missing secret is reported once',
        guard: 'if (round.reported & bit != 0) revert BeaconAlreadyReported(epoch, seat);',
        becomes: '',
      },
      {
        name: 'faultless-seat-reported',
        protects: 'who revealed is faultless',
        guard: 'if (round.revealed & bit != 0) revert BeaconSeatFaultless(epoch, seat);',
        becomes: '',
      },
      {
        name: 'running-epoch-reported',
        protects: 'a seat has until the end of the epoch',
        guard: 'if (epoch >= current) revert BeaconEpochRunning(epoch);',
        becomes: '',
      },
      {
        name: 'stranger-takes-a-seat',
        protects: 'only the seat’s operator and signer act for it',
        guard: 'if (msg.sender != operator) nodeRegistry.payoutFor(operator, msg.sender);',
        becomes: '',
      },
      {
        name: 'incomplete-value-counts',
        protects: 'a value needs every seat’s secret',
        guard: 'if (_isComplete(round)) {',
        becomes: 'if (true) {',
        attack: 'beacon withholding',
      },
    ],
  },
  {
    file: 'checkpoints/SeatRounds.sol',
    tests: ['unit/RandomBeacon', 'attack/Beacon'],
    mutants: [
      {
        name: 'lost-seat-comes-back',
        protects: 'who withheld loses the seat',
        guard: 'uint16 survivors = last.required & last.revealed;',
        becomes: 'uint16 survivors = last.required;',
        attack: 'beacon withholding',
      },
      {
        name: 'silence-agreed-upon',
        protects: 'an epoch that nobody touched costs every seat',
        guard: 'if (due != 0 && epoch > uint256(seats.epoch) + 1) {',
        becomes: 'if (false) {',
        attack: 'beacon withholding',
      },
      {
        name: 'three-seats-are-a-beacon',
        protects: 'a beacon has at least four seats',
        guard: 'if (count < MIN_SEATS) return;',
        becomes: 'if (count == 0) return;',
      },
      {
        name: 'seat-without-its-stake',
        protects: 'a seat’s stake is there when it is given',
        guard: 'if (staking.collateralOf(operator) < minimum) continue;',
        becomes: '',
      },
    ],
  },
  {
    file: 'storage/Possession.sol',
    tests: ['unit/StorageProofs', 'attack/Storage', 'unit/StorageSettlement'],
    mutants: [
      {
        name: 'proof-of-another-root',
        protects: 'a proof leads to the node’s root',
        guard: 'if (hash != root) revert StorageWrongProof(draw, root, hash);',
        becomes: '',
      },
      {
        name: 'proof-of-another-leaf',
        protects: 'the drawn leaf is shown',
        guard: 'if (position < before || position - before >= count) {',
        becomes: 'if (false) {',
      },
      {
        name: 'proof-of-any-length',
        protects: 'a proof has its length',
        guard: 'if (offset != end) revert',
        becomes: 'if (false) revert',
      },
      {
        name: 'one-draw-for-all-nodes',
        protects: 'draws bind node and period',
        guard: '_check(_seed(node, period, root), root, leaves, proof);',
        becomes: '_check(_seed(address(0), period, root), root, leaves, proof);',
      },
      {
        name: 'proof-of-a-closed-period',
        protects: 'a period is answered until the end of the next',
        guard: 'if (period + 1 < current) revert StoragePeriodClosed(period, current);',
        becomes: '',
      },
      {
        name: 'void-period-challenges',
        protects: 'a void period has no challenge',
        guard: 'if (outcome != IRandomBeacon.Outcome.Complete) revert StorageNoChallenge(period);',
        becomes: '',
        attack: 'beacon withholding',
      },
      {
        name: 'stake-noted-late',
        protects: 'an epoch’s first half notes its stake, once',
        guard: 'return block.timestamp % epochLength < epochLength / 2\n            &&',
        becomes: 'return',
      },
      {
        name: 'stake-of-an-earlier-epoch',
        protects: 'a stake noted for another epoch does not count',
        guard: 'if (record.notedEpoch != epoch && record.notedEpoch != epoch + 1) return 0;',
        becomes: '',
      },
    ],
  },
  {
    file: 'storage/DataSets.sol',
    tests: ['unit/StorageProofs', 'attack/Storage'],
    mutants: [
      {
        name: 'accepted-data-cancelled',
        protects: 'an accepted data set is not cancelled',
        guard:
          'if (msg.sender != record.client) revert StorageNotClient(msg.sender, id);\n        if (record.firstPeriod != 0) revert StorageAlreadyAccepted(id);',
        becomes: 'if (msg.sender != record.client) revert StorageNotClient(msg.sender, id);',
      },
      {
        name: 'offer-cancelled-by-a-stranger',
        protects: 'an offer is its client’s',
        guard: 'if (msg.sender != record.client) revert StorageNotClient(msg.sender, id);',
        becomes: '',
      },
      {
        name: 'accepted-for-the-running-period',
        protects: 'a root challenged was fixed before the value was known',
        guard: 'uint256 from = _period() + 1;',
        becomes: 'uint256 from = _period();',
        attack: 'beacon grinding',
      },
      {
        name: 'tree-of-a-forged-weight',
        protects: 'a path proves hash and weight',
        guard: 'if (found != record.root || total != record.leaves) {',
        becomes: 'if (found != record.root) {',
      },
      {
        name: 'removed-while-it-runs',
        protects: 'a data set stays to its end',
        guard: 'if (_period() + 1 < record.endPeriod) revert',
        becomes: 'if (false) revert',
      },
      {
        name: 'stranger-accepts',
        protects: 'only the node accepts and removes',
        guard: 'if (msg.sender != node) nodeRegistry.payoutFor(node, msg.sender);',
        becomes: '',
      },
      {
        name: 'every-period-may-be-missed',
        protects: 'not all periods may be missed',
        guard: 'if (maxMisses >= periods) revert StorageTooManyMisses(maxMisses, periods);',
        becomes: '',
      },
    ],
  },
  {
    file: 'storage/Settlement.sol',
    tests: ['unit/StorageSettlement', 'attack/Storage'],
    mutants: [
      {
        name: 'period-settled-twice',
        protects: 'a period is settled once, when it is closed',
        guard:
          'if (cursor <= from || cursor > max) revert StorageWrongCursor(id, cursor, from, max);',
        becomes: '',
      },
      {
        name: 'convicted-node-is-paid-for-storage',
        protects: 'a convicted node earns nothing',
        guard: 'if (staking.isConvicted(node)) return false;',
        becomes: '',
      },
      {
        name: 'misses-forgotten',
        protects: 'misses below the agreed number add up',
        guard: 'uint256 misses = missed + record.misses;',
        becomes: 'uint256 misses = missed;',
      },
      {
        name: 'faults-without-end',
        protects: 'a fault needs more misses than agreed',
        guard: 'uint256 faults = misses / (uint256(record.maxMisses) + 1);',
        becomes: 'uint256 faults = misses;',
      },
      {
        name: 'penalty-of-any-height',
        protects: 'a fault’s penalty is bounded in code',
        guard: '_requireBounds("penaltyPeriods", periods, 1, MAX_PENALTY_PERIODS);',
        becomes: '',
        tests: ['unit/StorageProofs', 'unit/StorageSettlement'],
      },
    ],
  },
  {
    file: 'libraries/SumTree.sol',
    tests: ['unit/StorageProofs', 'attack/Storage'],
    mutants: [
      {
        name: 'odd-leaf-out-of-reach',
        protects: 'a data set of any number of leaves has its levels',
        guard: 'return count < 2 ? 0 : Math.log2(count - 1) + 1;',
        becomes: 'return count < 2 ? 0 : Math.log2(count);',
      },
      {
        name: 'left-weights-forgotten',
        protects: 'leaves to the left are counted',
        guard: 'before := add(before, shr(208, calldataload(add(offset, 0x20))))',
        becomes: 'before := add(before, 0)',
      },
    ],
  },
];
