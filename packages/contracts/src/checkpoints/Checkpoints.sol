// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBondedWork} from "../interfaces/IBondedWork.sol";
import {ICheckpointManager} from "../interfaces/ICheckpointManager.sol";
import {CheckpointHash} from "../libraries/CheckpointHash.sol";
import {
    COUNTER_BITS,
    COUNTER_MASK,
    SignatureCounts,
    VALIDATORS_PER_WORD
} from "../types/SignatureCounts.sol";
import {VALIDATION} from "../types/WorkClass.sol";
import {ValidatorSet} from "./ValidatorSet.sol";

/// @title Finalising checkpoints, counting who signed, and what it earns
/// @notice Records and counters lie in rings and are written over, so a checkpoint makes no new slot.
abstract contract Checkpoints is ValidatorSet {
    uint256 private constant RECORDS = 256;
    uint256 private constant COUNTED_EPOCHS = 4;
    uint256 private constant WORDS = 4;

    /// @inheritdoc ICheckpointManager
    function submitCheckpoint(
        uint256 height,
        bytes32 blockHash,
        uint256 signerBitmap,
        Vote[] calldata votes
    ) external {
        CheckpointStorage storage $ = _checkpoints();
        SetHead memory head = _currentHead($);
        if (height <= head.lastHeight || height % checkpointInterval != 0) {
            revert CheckpointWrongHeight(height, head.lastHeight, checkpointInterval);
        }
        if (height >= block.number) revert CheckpointFutureHeight(height, block.number);
        if (blockHash == bytes32(0)) revert CheckpointZeroHash(height);
        bytes32 actual = blockhash(height);
        if (actual != bytes32(0) && actual != blockHash) {
            revert CheckpointWrongBlockHash(height, blockHash, actual);
        }
        uint256 weight = _count($, head, height, blockHash, signerBitmap, votes);
        if (weight * 3 < uint256(head.weight) * 2) {
            revert CheckpointQuorumMissing(weight, head.weight);
        }
        $.head.lastHeight = uint48(height);
        CheckpointRecord storage record = _record($, height);
        record.blockHash = blockHash;
        (record.signers, record.height, record.epoch) =
        (uint64(signerBitmap), uint48(height), head.epoch);
        emit CheckpointFinalized(height, blockHash, head.epoch, signerBitmap);
    }

    /// @inheritdoc ICheckpointManager
    function addSignatures(uint256 height, uint256 signerBitmap, Vote[] calldata votes) external {
        CheckpointStorage storage $ = _checkpoints();
        SetHead memory head = _currentHead($);
        CheckpointRecord storage record = _record($, height);
        if (record.height != height || record.epoch != head.epoch) {
            revert CheckpointUnknown(height);
        }
        if (record.signers & signerBitmap != 0) {
            revert CheckpointAlreadySigned(height, record.signers & signerBitmap);
        }
        _count($, head, height, record.blockHash, signerBitmap, votes);
        record.signers |= uint64(signerBitmap);
        emit CheckpointSigned(height, signerBitmap);
    }

    /// @inheritdoc ICheckpointManager
    function claimParticipation(address operator, uint256 epoch) external returns (uint256 units) {
        CheckpointStorage storage $ = _checkpoints();
        Member storage member = _memberIn($, operator, epoch);
        uint256 rolled = $.head.epoch;
        // Stakes are kept for the last set and the one before.
        if (epoch >= _currentEpoch() || epoch > rolled || epoch + 1 < rolled) {
            revert CheckpointEpochNotClaimable(epoch, rolled, _currentEpoch());
        }
        (uint256 signed, uint256 due) = _participation($, operator, epoch);
        emit ParticipationClaimed(operator, epoch, signed, due);
        return emissions.accrueBonded(
            IBondedWork.Participation({
                node: operator,
                workClass: VALIDATION,
                epoch: epoch,
                stake: epoch % 2 == 0 ? member.stakeEven : member.stakeOdd,
                delivered: signed,
                scheduled: due
            })
        );
    }

    /// @inheritdoc ICheckpointManager
    function checkpoint(uint256 height) external view returns (Checkpoint memory) {
        CheckpointRecord storage record = _record(_checkpoints(), height);
        if (record.height != height || height == 0) revert CheckpointUnknown(height);
        return Checkpoint(record.blockHash, height, record.epoch, record.signers);
    }

    /// @inheritdoc ICheckpointManager
    function participation(address operator, uint256 epoch)
        external
        view
        returns (uint256 signed, uint256 scheduled)
    {
        CheckpointStorage storage $ = _checkpoints();
        _memberIn($, operator, epoch);
        return _participation($, operator, epoch);
    }

    /// @inheritdoc ICheckpointManager
    function checkpointDigest(uint256 height, bytes32 blockHash, bytes32 executionDigest)
        external
        view
        returns (bytes32)
    {
        return CheckpointHash.digest(height, blockHash, executionDigest, address(this));
    }

    /// @dev Checks every vote and counts it for its member. @return weight Of all of them.
    function _count(
        CheckpointStorage storage $,
        SetHead memory head,
        uint256 height,
        bytes32 blockHash,
        uint256 bitmap,
        Vote[] calldata votes
    ) private returns (uint256 weight) {
        if (bitmap == 0) revert CheckpointVotesMismatch(votes.length, 0);
        if (bitmap >> head.slots != 0) revert CheckpointUnknownSlot(head.slots);
        uint256[WORDS] memory increments;
        bytes32 domain = CheckpointHash.separator(address(this));
        uint256 count = 0;
        unchecked {
            for (uint256 slot = 0; bitmap >> slot != 0; ++slot) {
                if (bitmap >> slot & 1 == 0) continue;
                if (count == votes.length) revert CheckpointVotesMismatch(count, count + 1);
                address recovered = CheckpointHash.recover(domain, height, blockHash, votes[count]);
                weight += _requireSigner($, slot, recovered);
                increments[
                        slot
                        / VALIDATORS_PER_WORD
                    ] += 1 << (slot % VALIDATORS_PER_WORD * COUNTER_BITS);
                ++count;
            }
        }
        if (count != votes.length) revert CheckpointVotesMismatch(votes.length, count);
        // Full counters stand still, as the number that is due does.
        if ((height - head.baseHeight) / checkpointInterval <= COUNTER_MASK) {
            _store($, head.epoch, increments);
        }
    }

    /// @return weight Of the member.
    function _requireSigner(CheckpointStorage storage $, uint256 slot, address recovered)
        private
        view
        returns (uint256 weight)
    {
        Member storage member = $.members[slot];
        uint256 word;
        // Both lie in the first word, which two field readings would load twice.
        assembly ("memory-safe") {
            word := sload(member.slot)
        }
        address signer = address(uint160(word));
        weight = word >> 160;
        if (weight == 0) revert CheckpointUnknownSlot(slot);
        if (recovered != signer) revert CheckpointWrongSigner(slot, signer, recovered);
    }

    function _store(CheckpointStorage storage $, uint256 epoch, uint256[WORDS] memory increments)
        private
    {
        for (uint256 word = 0; word < WORDS; ++word) {
            if (increments[word] == 0) continue;
            uint256 key = epoch % COUNTED_EPOCHS * WORDS + word;
            $.counts[key] = $.counts[key].forEpoch(epoch).plus(increments[word]);
        }
    }

    function _participation(CheckpointStorage storage $, address operator, uint256 epoch)
        private
        view
        returns (uint256 signed, uint256 due)
    {
        uint256 slot = $.slots[operator] - 1;
        uint256 key = epoch % COUNTED_EPOCHS * WORDS + slot / VALIDATORS_PER_WORD;
        signed = $.counts[key].forEpoch(epoch).countOf(slot % VALIDATORS_PER_WORD);
        SetHead storage head = $.head;
        due = epoch == head.epoch
            ? (head.lastHeight - head.baseHeight) / checkpointInterval
            : $.scheduled[epoch];
        if (due > COUNTER_MASK) due = COUNTER_MASK;
    }

    function _memberIn(CheckpointStorage storage $, address operator, uint256 epoch)
        private
        view
        returns (Member storage member)
    {
        uint256 slot = $.slots[operator];
        if (slot == 0) revert CheckpointNotAMember(operator, epoch);
        member = $.members[slot - 1];
        if (epoch < member.since || (member.leftAt != 0 && epoch >= member.leftAt)) {
            revert CheckpointNotAMember(operator, epoch);
        }
    }

    function _currentHead(CheckpointStorage storage $) private view returns (SetHead memory head) {
        head = $.head;
        uint256 epoch = _currentEpoch();
        if (head.epoch != epoch) revert CheckpointSetStale(head.epoch, epoch);
        if (head.size == 0) revert CheckpointNoValidators(epoch);
    }

    function _record(CheckpointStorage storage $, uint256 height)
        private
        view
        returns (CheckpointRecord storage)
    {
        return $.checkpoints[height / checkpointInterval % RECORDS];
    }
}
